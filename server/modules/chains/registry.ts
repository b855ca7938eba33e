// Generated from viem's chain definitions by `npm run golden`; not to be edited.

/** One line each: chain id, name, display name, currency, `test` or nothing, explorer, WebSocket URL, RPC URLs. */
export const REGISTRY = `
1|ethereum|Ethereum|ETH||https://etherscan.io||https://ethereum.reth.rs/rpc
10|optimism|Optimism|ETH||https://optimistic.etherscan.io||https://mainnet.optimism.io
25|cronos|Cronos|CRO||https://explorer.cronos.org||https://evm.cronos.org
56|bnb|BNB|BNB||https://bscscan.com||https://56.rpc.thirdweb.com
100|gnosis|Gnosis|XDAI||https://gnosisscan.io|wss://rpc.gnosischain.com/wss|https://rpc.gnosischain.com
137|polygon|Polygon|POL||https://polygonscan.com||https://polygon.drpc.org
146|sonic|Sonic|S||https://sonicscan.org||https://rpc.soniclabs.com
250|fantom|Fantom|FTM||https://ftmscan.com||https://250.rpc.thirdweb.com
324|zksync-era|zkSync Era|ETH||https://explorer.zksync.io|wss://mainnet.era.zksync.io/ws|https://mainnet.era.zksync.io
480|world-chain|World Chain|ETH||https://worldscan.org||https://worldchain-mainnet.g.alchemy.com/public
1088|metis|Metis|METIS||https://explorer.metis.io|wss://metis-rpc.publicnode.com|https://metis.rpc.hypersync.xyz https://metis-pokt.nodies.app https://metis-andromeda.rpc.thirdweb.com
1101|polygon-zkevm|Polygon zkEVM|ETH||https://zkevm.polygonscan.com||https://zkevm-rpc.com
1284|moonbeam|Moonbeam|GLMR||https://moonscan.io|wss://wss.api.moonbeam.network|https://rpc.api.moonbeam.network
1329|sei|Sei|SEI||https://seiscan.io|wss://evm-ws.sei-apis.com/|https://evm-rpc.sei-apis.com/
5000|mantle|Mantle|MNT||https://mantlescan.xyz||https://rpc.mantle.xyz
8217|kaia|Kaia|KAIA||https://kaiascan.io||https://public-en.node.kaia.io
8453|base|Base|ETH||https://basescan.org||https://mainnet.base.org
34443|mode|Mode|ETH||https://modescan.io||https://mainnet.mode.network
42161|arbitrum-one|Arbitrum One|ETH||https://arbiscan.io||https://arb1.arbitrum.io/rpc
42170|arbitrum-nova|Arbitrum Nova|ETH||https://nova.arbiscan.io||https://nova.arbitrum.io/rpc
42220|celo|Celo|CELO||https://celoscan.io||https://forno.celo.org
43114|avalanche|Avalanche|AVAX||https://snowtrace.io||https://api.avax.network/ext/bc/C/rpc
59144|linea|Linea|ETH||https://lineascan.build|wss://rpc.linea.build|https://rpc.linea.build
80094|berachain|Berachain|BERA||https://berascan.com||https://rpc.berachain.com
81457|blast|Blast|ETH||https://blastscan.io||https://rpc.blast.io
167000|taiko|Taiko|ETH||https://taikoscan.io|wss://ws.mainnet.taiko.xyz|https://rpc.mainnet.taiko.xyz
534352|scroll|Scroll|ETH||https://scrollscan.com|wss://wss-rpc.scroll.io/ws|https://rpc.scroll.io
7777777|zora|Zora|ETH||https://explorer.zora.energy|wss://rpc.zora.energy|https://rpc.zora.energy
11155111|sepolia|Sepolia|ETH|test|https://sepolia.etherscan.io||https://11155111.rpc.thirdweb.com
84532|base-sepolia|Base Sepolia|ETH|test|https://sepolia.basescan.org||https://sepolia.base.org
`
