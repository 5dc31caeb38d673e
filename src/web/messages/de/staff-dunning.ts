import type { en } from '../en/staff-dunning.ts'

const documents = (n: number): string => (n === 1 ? '1 Beleg' : `${n} Belegen`)
const servers = (n: number): string => `${n} Server`

export const de: typeof en = {
  title: 'Mahnwesen',
  view: 'Ansicht',
  views: { documents: 'Belege', nights: 'Nach Tagen' },
  search: 'Kunde, Nummer oder Kennung',
  state: 'Stand',
  step: 'Letzter Schritt',
  nextStep: 'Nächster Schritt',
  document: 'Beleg',
  due: 'Fällig',
  open: 'Offen',
  none: 'Noch keiner',
  nothingNext: 'Keiner',
  currency: 'Währung',
  actions: {
    remind: 'Erinnerung',
    charge: 'Abbuchung',
    retry: 'Erneute Abbuchung',
    warn: 'Mahnung',
    suspend: 'Sperre',
    final_warning: 'Letzte Mahnung',
    terminate: 'Beendigung',
  },
  states: { overdue: 'Überfällig', coming: 'Noch nicht fällig', held: 'Ausgesetzt', suspended: 'Gesperrt' },
  heldUntil: 'Ausgesetzt bis',
  empty: 'Von niemandem wird Geld verlangt',
  emptyText: 'Belege, die zu zahlen sind, stehen hier, bis sie bezahlt sind.',
  behind: (n) => `Das Mahnwesen ist mit ${documents(n)} im Rückstand`,
  behindText: 'Ihr Tag ist da, und ihr Schritt steht noch aus. Sehen Sie nach, ob ein Worker läuft.',
  oldest: 'Der älteste seit',
  failures: (n) =>
    n === 1
      ? 'Die Verlängerung eines Kunden gelang nicht und wird stündlich erneut versucht'
      : `Die Verlängerungen von ${n} Kunden gelangen nicht und werden stündlich erneut versucht`,
  nights: {
    day: 'Tag',
    between: 'Zwischen',
    skipped: 'Übersprungen',
    empty: 'In den letzten 30 Tagen geschah nichts',
    emptyText: 'Jeder Tag, an dem Schritte unternommen werden, erscheint hier.',
  },
  waiting: (n) =>
    n === 1
      ? '1 Server wartet auf Ihre Zustimmung zur Beendigung'
      : `${n} Server warten auf Ihre Zustimmung zur Beendigung`,
  waitingText:
    'Zwanzig Server wurden innerhalb einer Stunde beendet. Mehr enden vorerst nicht von selbst, falls etwas nicht stimmt. Sehen Sie zuerst die Liste an.',
  approve: (n) => `${servers(n)} beenden`,
  approveTitle: (n) => `${servers(n)} endgültig beenden?`,
  approveText:
    'Jeder ist unbezahlt und angemahnt. Eine letzte Sicherung bleibt 30 Tage. Was inzwischen bezahlt ist, bleibt bestehen.',
  showWaiting: 'Welche',
  card: {
    title: 'Mahnwesen',
    taken: 'Geschehen',
    coming: 'Steht bevor',
    after: 'nach dem Schritt davor',
    outcomes: {
      sent: 'gesendet',
      asked: 'verlangt',
      suspended: 'gesperrt',
      skipped: 'übersprungen, ein späterer war ebenfalls dran',
      charging: 'Abbuchung begonnen',
      paid: 'aus Guthaben bezahlt',
      pending: 'eine Zahlung war unterwegs',
      no_method: 'keine hinterlegte Karte',
      refused_for_good: 'die Bank lehnt diese Karte endgültig ab',
      too_small: 'der Rest ist zu klein, um ihn abzubuchen',
      not_open: 'inzwischen bezahlt',
    },
    hold: 'Aussetzen bis',
    holdHint:
      'Vor diesem Tag wird dafür nichts gesperrt oder beendet. Erinnerungen gehen weiter. Leer lassen, um es zurückzunehmen.',
    holdSave: 'Aussetzen',
    held: 'Ausgesetzt bis',
    remind: 'Jetzt erinnern',
    writeOff: 'Ausbuchen',
    writeOffTitle: (money) => `${money} ausbuchen?`,
    writeOffText:
      'Erinnerungen und Abbuchungen enden. Der Beleg kann weiterhin bezahlt werden. Gebucht wird nichts, da nichts verdient wurde. Ein Server, für den er war, endet dadurch nicht: Das geht auf dessen Seite.',
    reason: 'Grund',
    reasonHint: 'Bleibt im Protokoll.',
    over: 'Kein Schritt steht mehr bevor.',
  },
}
