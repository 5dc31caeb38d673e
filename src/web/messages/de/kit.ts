import { plural } from '#platform/i18n.ts'
import type { en } from '../en/kit.ts'

const count = (n: number, one: string, other: string): string => `${n} ${plural('de', n, { one, other })}`

export const de: typeof en = {
  skipToContent: 'Zum Inhalt springen',
  getStarted: 'Jetzt starten',
  simulated: 'Simuliert',
  close: 'Schließen',
  cancel: 'Abbrechen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  optional: 'optional',
  more: 'Mehr',
  menu: 'Menü',
  working: 'Wird ausgeführt …',
  search: 'Suchen',
  language: 'Sprache',
  theme: 'Darstellung',
  themes: { system: 'System', light: 'Hell', dark: 'Dunkel' },
  table: {
    empty: 'Noch nichts vorhanden',
    noMatch: 'Keine Treffer mit diesen Filtern',
    clear: 'Filter löschen',
    older: 'Ältere',
    newest: 'Zurück zu den neuesten',
    pages: 'Seiten',
    sortBy: (column) => `Nach ${column} sortieren`,
  },
  filters: { label: 'Filter', apply: 'Anwenden', any: 'Alle' },
  form: {
    summary: (n) => `Bitte prüfen Sie ${count(n, 'Feld', 'Felder')}`,
    unknownField: 'Dieses Formular hat sich geändert. Bitte laden Sie die Seite neu.',
    required: 'Bitte füllen Sie dieses Feld aus.',
    choose: 'Bitte wählen Sie etwas aus.',
    email: 'Bitte geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.com.',
    tooShort: (n) => `Bitte verwenden Sie mindestens ${n} Zeichen.`,
    tooLong: (n) => `Bitte verwenden Sie höchstens ${n} Zeichen.`,
    tooSmall: (n) => `Bitte geben Sie mindestens ${n} ein.`,
    tooBig: (n) => `Bitte geben Sie höchstens ${n} ein.`,
    number: 'Bitte geben Sie eine Zahl ein.',
    invalid: 'Bitte prüfen Sie diese Angabe.',
    failed: 'Das hat nicht geklappt',
  },
  steps: {
    done: 'erledigt',
    running: 'läuft',
    waiting: 'wartet',
    failed: 'fehlgeschlagen',
    undone: 'zurückgenommen',
    skipped: 'übersprungen',
  },
  tone: { ok: 'Erledigt', info: 'Hinweis', warn: 'Achtung', bad: 'Fehler' },
  billing: {
    region: 'Bitte das Kürzel des Bundesstaats, zum Beispiel CA oder QC.',
    vatId: {
      other_country: (example) =>
        `Diese Nummer gehört zu einem anderen Land als die Adresse. Sie sieht etwa so aus: ${example}.`,
      pattern: (example) => `Diese Nummer ist nicht vollständig. Sie sieht etwa so aus: ${example}.`,
    },
  },
  offline: 'Sie sind offline. Die Angaben könnten veraltet sein.',
  errors: {
    notFound: {
      title: 'Diese Seite gibt es nicht',
      text: 'Vielleicht ist die Adresse falsch geschrieben, die Seite ist nicht mehr da, oder sie gehört Ihnen nicht.',
    },
    noAccess: {
      title: 'Ihre Rolle umfasst das nicht',
      text: 'Sie teilen dieses Konto in einer Rolle ohne diese Seite. Wer das Konto besitzt, kann das ändern.',
    },
    gone: { title: 'Diese Seite gibt es nicht mehr', text: 'Sie wurde endgültig entfernt.' },
    tooMany: {
      title: 'Zu viele Anfragen',
      text: (seconds) =>
        seconds === undefined
          ? 'Bitte warten Sie einen Moment und versuchen Sie es dann erneut.'
          : `Bitte versuchen Sie es in ${count(seconds, 'Sekunde', 'Sekunden')} erneut.`,
    },
    unavailable: { title: 'Zurzeit nicht verfügbar', text: 'Bitte versuchen Sie es gleich noch einmal.' },
    broken: {
      title: 'Bei uns ist etwas schiefgegangen',
      text: 'Der Fehler wurde aufgezeichnet und wir gehen ihm nach. Ein neuer Versuch kann helfen.',
    },
    refused: 'Das ist nicht möglich',
    requestId: 'Anfragenummer',
    home: 'Zur Startseite',
    again: 'Erneut versuchen',
  },
}
