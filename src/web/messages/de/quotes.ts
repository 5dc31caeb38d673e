import type { en } from '../en/quotes.ts'

export const de: typeof en = {
  title: 'Angebote',
  text: 'Was Änderungen Ihrer Abonnements kosten sollten. Ein Angebot gilt 15 Minuten und wird auf den Cent so berechnet.',
  staffText: 'Ein Angebot gilt 15 Minuten. Nimmt es niemand an, ist es nach einem Tag vergessen.',
  back: 'Abonnements',
  one: 'Abonnement',
  search: 'Server',
  searchStaff: 'Server oder Kunde',
  what: 'Server',
  to: 'Wechsel zu',
  state: 'Zustand',
  standings: { open: 'Offen', accepted: 'Angenommen', expired: 'Abgelaufen', withdrawn: 'Zurückgenommen' },
  left: (minutes) => (minutes === 1 ? 'noch 1 Minute' : `noch ${minutes} Minuten`),
  accepted: {
    awaiting_payment: 'Wartet auf die Zahlung',
    scheduled: 'Für seinen Tag vorgemerkt',
    applied: 'Erledigt',
    withdrawn: '',
  },
  due: 'Sofort fällig',
  made: 'Angeboten',
  empty: 'Noch keine Angebote',
  emptyText: 'Wählen Sie einen anderen Tarif oder eine Option eines Abonnements, um zu sehen, was es kostet.',
  emptyStaff: 'Was Kunden für Änderungen angeboten wird, erscheint hier.',
}
