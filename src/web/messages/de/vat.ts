import type { en } from '../en/vat.ts'

export const de: typeof en = {
  checking: 'Ihre USt-IdNr. wird geprüft',
  checkingText: 'Das dauert meist wenige Sekunden. Diese Seite zeigt die Antwort von selbst. Bis dahin fällt USt. an.',
  confirmed: (number) => `${number} ist bestätigt`,
  confirmedFor: (name) => `Eingetragen auf ${name}.`,
  confirmedOn: (date) => `Geprüft am ${date}.`,
  consultation: (identifier) => `Abfragenummer ${identifier}.`,
  reverseCharge: 'Es fällt keine USt. an; Sie schulden sie in Ihrem Land (Reverse Charge).',
  home: 'Sie sind im selben Land wie wir, daher fällt trotzdem USt. an.',
  invalid: (number) => `${number} ist keine gültige USt-IdNr.`,
  invalidText:
    'Das Register Ihres Landes kennt sie nicht. Bitte berichtigen Sie sie oder fragen Sie Ihr Finanzamt, ob sie für den Handel in der EU freigeschaltet ist. Bis dahin fällt USt. an.',
  unreachable: 'Ihre USt-IdNr. konnte noch nicht geprüft werden',
  unreachableText: 'Das Register Ihres Landes antwortet nicht. Wir fragen weiter; bis dahin fällt USt. an.',
  givenUp: 'Ihre USt-IdNr. konnte nicht geprüft werden',
  givenUpText: 'Das Register Ihres Landes hat drei Tage lang nicht geantwortet, daher fällt USt. an.',
  again: 'Noch einmal prüfen',
}
