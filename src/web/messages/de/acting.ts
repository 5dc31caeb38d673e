import { plural } from '#platform/i18n.ts'
import type { en } from '../en/acting.ts'

export const de: typeof en = {
  bar: (name) => `Sie sehen die Seiten von ${name}`,
  left: (minutes) => `noch ${minutes} ${plural('de', minutes, { one: 'Minute', other: 'Minuten' })}`,
  leave: 'Verlassen',
  toPortal: 'Zu den Seiten',
  begin: 'Als dieser Kunde ansehen',
  text: 'Sie sehen das Portal wie der Kunde, 30 Minuten lang, und können nichts ändern. Der Kunde findet es in seinem Verlauf.',
  reason: 'Grund',
  reasonHint: 'Etwa das Ticket, um das es geht.',
  submit: 'Beginnen',
  title: 'Ansicht als Kunde',
  empty: 'Noch niemand hat als Kunde etwas angesehen',
  emptyText: 'Wer es tut, steht hier: als wer, wann und warum.',
  who: 'Wer',
  whom: 'Als wer',
  began: 'Beginn',
  took: 'Dauer',
  why: 'Warum',
  open: 'Läuft',
  over: 'Vorbei',
  state: 'Zustand',
  minutes: (n) => (n < 1 ? 'unter einer Minute' : `${n} Min.`),
}
