import type { en } from '../en/why.ts'

export const de: typeof en = {
  title: 'Warum wurde mir das berechnet?',
  text: 'Jede Rechnung steht da, so dass Sie sie nachrechnen können.',
  back: 'Rechnung',
  link: 'Warum wurde mir das berechnet?',
  staffTitle: 'Wie die Beträge zustande kommen',
  cause: 'Der Anlass',
  by: { you: 'Ihnen', staff: 'unserem Team', system: 'selbst' },
  member: 'jemandem aus Ihrem Team',
  causes: {
    order: (who) => `Bestellt von ${who},`,
    renewal: () => 'Der nächste Zeitraum Ihres Vertrags. Er verlängert sich von selbst; erstellt vor dem Zeitraum,',
    change: (who) => `Eine Änderung Ihres Vertrags, angenommen von ${who},`,
    topup: (who) => `Guthaben, angefordert von ${who},`,
    manual: () => 'Von unserem Team geschrieben,',
  },
  seeOrder: 'Zur Bestellung',
  seeChange: 'Zur Änderung, wie sie angenommen wurde',
  seeSubscription: 'Vertrag',
  setup: 'Einmal mit der Bestellung bezahlt. Keine Verlängerung berechnet sie.',
  period: (from, to, days) => `${from} – ${to}, ${days === 1 ? '1 Tag' : `${days} Tage`}`,
  resumed: 'Bezahlt, während der Server angehalten war. Der Zeitraum beginnt mit dem Tag der Zahlung.',
  byHand: (reason) => `Von unserem Team hinzugefügt: ${reason}`,
  price: 'Preis',
  partShare: 'Davon für diesen Posten',
  unusedOff: 'Ungenutzte Tage, damit verrechnet',
  discount: (name, code) => (code === null ? name : `${name} (${code})`),
  remaining: (cycles) =>
    cycles === undefined
      ? undefined
      : cycles === null
        ? 'Gilt auch für jede weitere Verlängerung'
        : cycles === 0
          ? 'Gilt nicht für weitere Verlängerungen'
          : `Gilt für ${cycles === 1 ? 'eine weitere Verlängerung' : `${cycles} weitere Verlängerungen`}`,
  taxInPrice: 'Steuer, die im Preis enthalten ist',
  taxNotCharged: 'Steuer, die in unseren Preisen enthalten ist und die Sie nicht zahlen',
  net: 'Ohne Steuer',
  tax: 'Steuer',
  taxShare: 'Anteil an der Steuer unten, so gerundet, dass alle Posten die Summe ergeben',
  total: 'Mit Steuer',
  changeTitle: 'So wurde die Änderung berechnet, alle Teile des Vertrags zusammen',
  days: (from, to) => `Neu, ${from} – ${to}`,
  charged: (all, days, ofDays) =>
    days === ofDays ? `${all} für den ganzen Zeitraum` : `${all} × ${days} von ${ofDays} Tagen`,
  unused: (from, to) => `Nicht genutzt vom Bisherigen, ${from} – ${to}`,
  credited: (paid, days, ofDays) => `${paid} bezahlt × ${days} von ${ofDays} Tagen`,
  partOf: (part, all) => `Dieser Posten kostet ${part} von ${all} für einen ganzen Zeitraum.`,
  taxTitle: 'Steuer',
  taxText: 'Einmal für alle Posten berechnet und einmal gerundet.',
  taxName: (name, rate) => `${name === 'VAT' ? 'USt.' : name} ${rate}`,
  onNet: (base, rate) => `${base} × ${rate}`,
  inPrice: (sum, rate, whole) => `Im Preis enthalten: ${sum} × ${rate} ÷ ${whole}`,
  partInPrice: (sum, rate) => `Der Teil zu ${rate} an aller Steuer, die in ${sum} enthalten ist`,
  documentTotal: 'Das ganze Dokument',
  documentSum: (net) => `${net} und die Steuer`,
  unknownPlace: 'dem Land des Verkäufers',
  why: {
    rule: (place, note) => `Der Satz von ${place}, nach Ihrer Rechnungsadresse. ${note}`.trim(),
    own_rate: (_place, note) => `Ein eigener Satz für Sie: ${note}`,
    reverse_charge: (_place, note) => `Keine Steuer, weil Ihre USt-IdNr. bestätigt ist. ${note}`,
    not_taxable: (_place, note) => note,
  },
  evidence: (number, id) => `${number} wurde von VIES bestätigt${id === null ? '' : `, Abfragenummer ${id}`},`,
}
