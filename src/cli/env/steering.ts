/**
 * Variables that change what programs do: what is loaded, run, trusted, or where requests go. A writer of one secret must not thereby run
 * code as its readers. Names are compared without case, because npm, make and proxies accept both.
 */
interface Family {
  readonly family: string
  /** The page that documents them. */
  readonly source: string
  readonly names: RegExp
  /** For people, and for the test. */
  readonly examples: readonly string[]
}

export const FAMILIES: readonly Family[] = [
  {
    family: 'the dynamic loader',
    source: 'https://man7.org/linux/man-pages/man8/ld.so.8.html',
    names: /^(LD_.+|DYLD_.+|GLIBC_TUNABLES|GCONV_PATH|LOCPATH|NLSPATH|MALLOC_.+|RES_OPTIONS|HOSTALIASES|.+_PRELOAD)$/i,
    examples: ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'DYLD_INSERT_LIBRARIES', 'GLIBC_TUNABLES'],
  },
  {
    family: 'shells',
    source: 'https://www.gnu.org/software/bash/manual/html_node/Bash-Variables.html',
    names:
      /^(PATH|IFS|ENV|BASH_.+|BASHOPTS|SHELLOPTS|PS[0-4]|PROMPT_COMMAND|CDPATH|GLOBIGNORE|FPATH|ZDOTDIR|HISTFILE|INPUTRC|SHELL|COMSPEC|PATHEXT|PSMODULEPATH)$/i,
    examples: ['PATH', 'IFS', 'ENV', 'BASH_ENV', 'BASH_FUNC_ls', 'PROMPT_COMMAND', 'ZDOTDIR', 'PATHEXT', 'PSModulePath'],
  },
  {
    family: 'the home and folders of a user',
    source: 'https://specifications.freedesktop.org/basedir-spec/latest/',
    names: /^(HOME|USERPROFILE|APPDATA|LOCALAPPDATA|XDG_.+|TMPDIR|TEMP|TMP|TERMINFO.*|TERMCAP)$/i,
    examples: ['HOME', 'XDG_CONFIG_HOME', 'TMPDIR', 'TERMINFO'],
  },
  {
    family: 'Node.js',
    source: 'https://nodejs.org/api/cli.html#environment-variables',
    names:
      /^(NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|REPL_.+|V8_COVERAGE|USE_.+|COMPILE_CACHE|CHANNEL_.+|REDIRECT_WARNINGS|ICU_DATA)|ELECTRON_.+|DENO_(DIR|CERT|TLS_.+)|BUN_(OPTIONS|INSPECT.*))$/i,
    examples: ['NODE_OPTIONS', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'NODE_TLS_REJECT_UNAUTHORIZED', 'ELECTRON_RUN_AS_NODE'],
  },
  {
    family: 'interpreters',
    source: 'https://docs.python.org/3/using/cmdline.html#environment-variables',
    names:
      /^(PYTHON[A-Z]+|PERL.*|RUBY.*|PHPRC|PHP_INI_SCAN_DIR|LUA_(INIT|PATH|CPATH).*|R_(HOME|PROFILE|ENVIRON|LIBS).*|TCLLIBPATH|GUILE_LOAD_.+|JULIA_(LOAD_PATH|DEPOT_PATH)|AWKPATH|AWKLIBPATH)$/i,
    examples: ['PYTHONPATH', 'PYTHONSTARTUP', 'PERL5OPT', 'PERL5LIB', 'RUBYOPT', 'RUBYLIB', 'PHPRC', 'LUA_INIT', 'R_PROFILE'],
  },
  {
    family: 'Java and .NET',
    source: 'https://docs.oracle.com/en/java/javase/21/troubleshoot/environment-variables-and-system-properties.html',
    names:
      /^(CLASSPATH|JAVA_HOME|JDK_HOME|JRE_HOME|DOTNET_.+|COMPLUS_.+|CORECLR_.+|COR_(ENABLE_PROFILING|PROFILER.*)|MAVEN_.+|GRADLE_.+)$/i,
    examples: ['CLASSPATH', 'JAVA_HOME', 'DOTNET_STARTUP_HOOKS', 'CORECLR_PROFILER', 'MAVEN_ARGS', 'GRADLE_USER_HOME'],
  },
  {
    family: 'package managers',
    source: 'https://docs.npmjs.com/cli/using-npm/config',
    names:
      /^(NPM_CONFIG_.+|YARN_(RC_.+|NPM_REGISTRY_SERVER|IGNORE_PATH|PLUGINS|CACHE_FOLDER)|PNPM_(HOME|SCRIPT.*)|COREPACK_.+|PIP_.+|PIPENV_.+|UV_(INDEX.*|DEFAULT_INDEX|EXTRA_INDEX_URL|FIND_LINKS|CONFIG_FILE|PYTHON.*)|GEM_(HOME|PATH)|BUNDLE_(GEMFILE|PATH|BIN.*)|COMPOSER(_HOME)?|CARGO_(HOME|BUILD_.+|TARGET_.+|ALIAS_.+|NET_.+|HTTP_.+)|RUSTUP_.+|GO(FLAGS|PROXY|PRIVATE|NOPROXY|NOSUMDB|SUMDB|INSECURE|PATH|ROOT|BIN|ENV|TOOLCHAIN|WORK)|HOMEBREW_.+)$/i,
    examples: ['npm_config_node_options', 'NPM_CONFIG_REGISTRY', 'PIP_INDEX_URL', 'GEM_HOME', 'GOFLAGS', 'CARGO_BUILD_RUSTC'],
  },
  {
    family: 'compilers and builds',
    source: 'https://www.gnu.org/software/make/manual/html_node/Implicit-Variables.html',
    names:
      /^(CC|CXX|CPP|LD|AR|AS|FC|CPATH|C_INCLUDE_PATH|CPLUS_INCLUDE_PATH|LIBRARY_PATH|COMPILER_PATH|GCC_EXEC_PREFIX|MAKEFLAGS|MAKEFILES|GNUMAKEFLAGS|MFLAGS|RUSTC|RUSTC_.*WRAPPER|CGO_.+|PKG_CONFIG.*|CMAKE_.+|ACLOCAL_PATH|AUTOM4TE|TS_NODE_.+|.+FLAGS)$/i,
    examples: [
      'CC',
      'makeflags',
      'MAKEFILES',
      'CFLAGS',
      'LDFLAGS',
      'RUSTC_WRAPPER',
      'RUSTFLAGS',
      'CMAKE_TOOLCHAIN_FILE',
      'TS_NODE_PROJECT',
    ],
  },
  {
    family: 'git and ssh',
    source: 'https://git-scm.com/docs/git#_environment_variables',
    names:
      /^(GIT_(?!TOKEN$|PASSWORD$|USERNAME$).+|SSH_(ASKPASS.*|AUTH_SOCK|SK_.+)|SUDO_.+|GNUPGHOME|GPG_AGENT_INFO|HGRCPATH|SVN_.+|.+_RSH)$/i,
    examples: ['GIT_SSH_COMMAND', 'GIT_CONFIG_COUNT', 'GIT_EXEC_PATH', 'SSH_ASKPASS', 'SUDO_ASKPASS', 'GNUPGHOME', 'RSYNC_RSH'],
  },
  {
    family: 'editors and pagers',
    source: 'https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html',
    names: /^(EDITOR|VISUAL|PAGER|.+_(EDITOR|PAGER|BROWSER)|FCEDIT|MANPAGER|LESS.*|BROWSER|VIMINIT|EXINIT|EMACSLOADPATH)$/i,
    examples: ['EDITOR', 'PAGER', 'SYSTEMD_PAGER', 'LESSOPEN', 'BROWSER', 'GH_BROWSER', 'VIMINIT'],
  },
  {
    family: 'proxies',
    source: 'https://curl.se/docs/manpage.html#ENVIRONMENT',
    names: /^(.+_PROXY|WGETRC|CURL_HOME|NETRC)$/i,
    examples: ['http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'CURL_HOME'],
  },
  {
    family: 'certificate stores and cryptography',
    source: 'https://docs.openssl.org/master/man7/openssl-env/',
    names:
      /^(SSL_CERT_(FILE|DIR)|SSLKEYLOGFILE|.+_CA_BUNDLE|.+_CA_CERTS?|OPENSSL_.+|GNUTLS_.+|KRB5.*|PKCS11_MODULE_PATH|SOFTHSM2_CONF|GRPC_DEFAULT_SSL_ROOTS_FILE_PATH)$/i,
    examples: ['SSL_CERT_FILE', 'SSLKEYLOGFILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'OPENSSL_CONF', 'KRB5_CONFIG'],
  },
  {
    family: 'tools of clouds and containers',
    source: 'https://docs.docker.com/reference/cli/docker/#environment-variables',
    names:
      /^(DOCKER_(HOST|CONFIG|CONTEXT|CERT_PATH|TLS_VERIFY)|KUBECONFIG|KUBERNETES_.+|AWS_(CONFIG_FILE|SHARED_CREDENTIALS_FILE|ENDPOINT_URL.*|WEB_IDENTITY_TOKEN_FILE)|CLOUDSDK_.+|ANSIBLE_(?!VAULT_PASSWORD$).+|TF_(CLI_.+|PLUGIN_.+|LOG.*|DATA_DIR)|HELM_(?!.*(TOKEN|KEY|PASSWORD)$).+)$/i,
    examples: [
      'DOCKER_HOST',
      'KUBECONFIG',
      'AWS_ENDPOINT_URL',
      'CLOUDSDK_CONFIG',
      'ANSIBLE_CONFIG',
      'TF_CLI_ARGS',
      'HELM_PLUGINS',
    ],
  },
  {
    family: 'version managers and environments',
    source: 'https://mise.jdx.dev/configuration.html#environment-variables',
    names:
      /^((MISE|ASDF|PYENV|RBENV|NODENV|GOENV|JENV|NVM|FNM|VOLTA|SDKMAN|CONDA|MAMBA|NIX|DIRENV)_(?!.*(TOKEN|KEY|SECRET|PASSWORD)$).+|VIRTUAL_ENV)$/i,
    examples: ['MISE_CONFIG_FILE', 'ASDF_DIR', 'PYENV_VERSION', 'CONDA_PREFIX', 'NIX_PATH', 'VIRTUAL_ENV'],
  },
  {
    family: 'libraries that load plug-ins',
    source: 'https://docs.gtk.org/gtk4/running.html',
    names:
      /^(GTK_(MODULES|PATH|IM_MODULE.*|EXE_PREFIX)|GIO_(MODULE_DIR|EXTRA_MODULES)|GDK_PIXBUF_MODULE.*|QT_(PLUGIN_PATH|QPA_.+)|QML.*_PATH|GST_(PLUGIN_.+|REGISTRY.*)|VK_(ICD_FILENAMES|DRIVER_FILES|.*LAYER.*)|OCL_ICD_.+|.+_DRIVERS?_PATH|ALSA_CONFIG_.+|ODBC(INI|SYSINI|INSTINI)|SASL_(CONF_)?PATH|WINE(PREFIX|DLL.*|LOADER))$/i,
    examples: ['GTK_MODULES', 'GIO_MODULE_DIR', 'QT_PLUGIN_PATH', 'VK_ICD_FILENAMES', 'LIBGL_DRIVERS_PATH', 'ODBCSYSINI'],
  },
  {
    family: 'files that clients of databases run or trust',
    source: 'https://www.postgresql.org/docs/current/libpq-envars.html',
    names: /^(PSQLRC|PG(SERVICEFILE|SYSCONFDIR|SSLROOTCERT)|MYSQL_(HOME|TEST_LOGIN_FILE)|TNS_ADMIN|ORACLE_HOME|SQLPATH)$/i,
    examples: ['PSQLRC', 'PGSERVICEFILE', 'PGSSLROOTCERT', 'MYSQL_HOME', 'TNS_ADMIN'],
  },
  {
    family: 'options of programs',
    source: 'https://docs.oracle.com/javase/8/docs/platform/jvmti/jvmti.html#tooloptions',
    names: /^(.+_(OPTIONS|OPTS|FLAGS|ARGS)|.*OPTIONS)$/i,
    examples: ['JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS', 'PGOPTIONS', 'GRADLE_OPTS', 'ERL_FLAGS', 'TF_CLI_ARGS'],
  },
  {
    family: '1claw',
    source: 'docs/secrets.md',
    names: /^ONECLAW_.+$/i,
    examples: ['ONECLAW_API_URL', 'ONECLAW_TOKEN', 'ONECLAW_CONFIG_DIR'],
  },
]

/** The behaviour that a variable of this name changes; undefined for a harmless one. */
export function steered(name: string): string | undefined {
  return FAMILIES.find(({ names }) => names.test(name))?.family
}
