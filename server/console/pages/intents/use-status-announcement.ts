import { useEffect, useRef } from 'react'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { statusOf, type Transaction } from './transaction.ts'

/** Announces a change of a shown transaction. New rows of the list need no announcement. */
export function useStatusAnnouncement(transactions: readonly Transaction[]): void {
  const announce = useAnnounce()
  const known = useRef(new Map<string, string>())
  useEffect(() => {
    for (const transaction of transactions) {
      const { id, summary } = transaction
      const { label } = statusOf(transaction)
      const before = known.current.get(id)
      if (before !== undefined && before !== label) announce(`${label}: ${summary?.text ?? id}`)
      known.current.set(id, label)
    }
  }, [transactions, announce])
}
