import { plural } from '#platform/i18n.ts'
import type { en } from '../en/staff-home.ts'

export const de: typeof en = {
  title: 'Start',
  allWell: 'Im Moment braucht Sie nichts.',
  needs: {
    failedServices: (n: string, one: boolean) =>
      one ? 'Ein Server konnte nicht eingerichtet werden' : `${n} Server konnten nicht eingerichtet werden`,
    stuck: (n: string, one: boolean) => (one ? 'Ein Ablauf hängt fest' : `${n} Abläufe hängen fest`),
    jobs: (n: string, one: boolean) =>
      one
        ? 'Eine Aufgabe wurde nach dem letzten Versuch beiseitegelegt'
        : `${n} Aufgaben wurden nach dem letzten Versuch beiseitegelegt`,
    suspense: (n: string, one: boolean) =>
      one
        ? 'Eine Nachricht des Zahlungsanbieters ließ sich nicht zuordnen'
        : `${n} Nachrichten des Zahlungsanbieters ließen sich nicht zuordnen`,
    orders: (n: string, one: boolean) => (one ? 'Ein Auftrag wartet auf Zahlung' : `${n} Aufträge warten auf Zahlung`),
  },
  more: (n: number) => `${n} oder mehr`,
  unreadable: (what: string) => `${what}: im Moment nicht lesbar. Der Rest der Seite ist aktuell.`,
  parts: {
    failedServices: 'Fehlgeschlagene Server',
    stuck: 'Festhängende Abläufe',
    jobs: 'Beiseitegelegte Aufgaben',
    suspense: 'Nicht zugeordnete Nachrichten',
    orders: 'Unbezahlte Aufträge',
    ordersToday: 'Aufträge heute',
    money: 'Heute eingegangen',
    services: 'Aktive Server',
    queues: 'Warteschlangen',
    procedures: 'Laufende Abläufe',
    nodes: 'Knoten',
  },
  expires: 'Verfällt',
  failedAt: 'Seit',
  error: 'Fehler',
  note: 'Warum',
  type: 'Nachricht',
  tries: 'Versuche',
  paidOf: (paid: number) => `${paid} bezahlt`,
  noMoney: 'Noch nichts',
  payments: (n: number) => `${n} ${plural('de', n, { one: 'Zahlung', other: 'Zahlungen' })}`,
  otherServices: (n: number, word: string) => `${n} ${word}`,
  waiting: (n: number) => `${n} wartend`,
  running: (n: number) => `${n} laufend`,
  idle: 'Leer',
  queueNames: {
    billing: 'Abrechnung',
    provisioning: 'Server',
    notifications: 'E-Mail',
    maintenance: 'Wartung',
    dead: 'Beiseitegelegt',
  },
  procedureStates: (running: number, undoing: number) =>
    undoing > 0 ? `${undoing} werden rückgängig gemacht` : running > 0 ? 'Alle unterwegs' : 'Keiner läuft',
  node: 'Knoten',
  region: 'Region',
  memory: 'Speicher frei',
  disk: 'Platte frei',
  cores: 'Kerne',
  servers: 'Server',
  drained: 'Nimmt keine neuen Server',
  noNodes: 'Der Host nennt keine Knoten',
  ofTotal: (free: string, total: string) => `${free} von ${total}`,
  search: {
    title: 'Suche',
    found: (q: string) => `Treffer für „${q}“`,
    hint: 'Eine Kennung, eine E-Mail-Adresse, ein Teil eines Namens oder Hostnamens, eine IP-Adresse oder eine Rechnungsnummer.',
    short: 'Bitte geben Sie mindestens zwei Zeichen ein.',
    nothing: (q: string) => `Nichts gefunden für „${q}“`,
    nothingText:
      'Versuchen Sie einen Teil eines Namens, eine E-Mail-Adresse, einen Hostnamen, eine IP-Adresse, eine Rechnungsnummer oder eine ganze Kennung.',
    customers: 'Kunden',
    services: 'Server',
    invoices: 'Rechnungen',
    more: 'Alle Treffer ansehen',
  },
}
