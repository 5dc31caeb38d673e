import type { en } from '../en/own-data.ts'

export const de: typeof en = {
  take: 'Ihre Daten mitnehmen',
  takeText:
    'Alles, was wir über Sie und die Konten gespeichert haben, die Ihnen gehören, in einer Datei, die Programme lesen können.',
  ask: 'Meine Daten zusammenstellen',
  askHint: 'Das dauert ein paar Minuten. Wir schreiben Ihnen, wenn die Datei bereitliegt.',
  pending: 'Wird zusammengestellt',
  ready: 'Liegt bereit',
  asked: 'Angefordert',
  until: 'Abrufbar bis',
  get: 'Herunterladen',
  tooMany: 'Sie haben das heute fünfmal angefordert. Bitte kommen Sie morgen wieder.',
  close: 'Dieses Konto schließen',
  closeText: (name) =>
    `Für ${name} kann dann niemand mehr handeln, und nach zwei Wochen wird gelöscht, was darin persönlich ist.`,
  mayNot: 'Nur wem das Konto gehört, kann es schließen.',
  blocked: 'Bevor das Konto geschlossen werden kann:',
  services: (count) =>
    count === 1
      ? 'Ein Server muss beendet werden. Das übernimmt unser Support für Sie.'
      : `${count} Server müssen beendet werden. Das übernimmt unser Support für Sie.`,
  invoices: (count) =>
    count === 1
      ? 'Eine Rechnung muss bezahlt oder storniert werden.'
      : `${count} Rechnungen müssen bezahlt oder storniert werden.`,
  erasedTitle: 'Nach zwei Wochen gelöscht',
  erased: [
    'Ihr Name, Ihre Anschrift und E-Mail-Adresse und die von Mitbenutzern, die kein anderes Konto benutzen',
    'Passwörter, Passkeys, Tokens, Sitzungen und gespeicherte Karten, auch bei unserem Zahlungspartner',
    'Was unser Verlauf über Sie erzählt; dass etwas geschah, bleibt',
  ],
  keptTitle: 'So lange aufbewahrt, wie es das Steuerrecht verlangt',
  kept: (invoices, payments) =>
    invoices + payments === 0
      ? 'Nichts: Es gibt keine Rechnungen.'
      : `${invoices === 1 ? '1 Rechnung' : `${invoices} Rechnungen`} mit dem Käufer, den sie nennen, ${payments === 1 ? '1 Zahlung' : `${payments} Zahlungen`} und die Einträge in unseren Büchern. Sie werden für nichts anderes benutzt.`,
  submit: 'Konto schließen',
  confirmTitle: 'Dieses Konto schließen?',
  confirmText:
    'Alle werden sofort abgemeldet. Zwei Wochen lang kann unser Support das Konto wieder öffnen; danach lässt es sich nicht zurücknehmen.',
  staffClosed: 'Dieses Konto ist geschlossen',
  staffErasedOn: 'Was darin persönlich ist, wird gelöscht am',
  staffErased: 'Was in diesem Konto persönlich war, ist gelöscht',
  reopen: 'Wieder öffnen',
  reopenTitle: 'Dieses Konto wieder öffnen?',
  reopenText:
    'Seine Mitbenutzer können sich wieder anmelden. Tokens, Leihen und Einladungen, die geendet haben, bleiben beendet.',
}
