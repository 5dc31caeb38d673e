import { plural } from '#platform/i18n.ts'
import type { en } from '../en/landing.ts'

export const de: typeof en = {
  documentTitle: 'Virtuelle Server',
  description:
    'Bestellen Sie einen virtuellen Server, zahlen Sie mit Karte und sehen Sie zu, wie er Schritt für Schritt entsteht. Voller Root-Zugriff in etwa einer Minute.',
  title: 'Ihr eigener Server, in etwa einer Minute',
  text: 'Größe wählen, mit Karte zahlen und beim Aufbau zusehen. Sie erhalten vollen Root-Zugriff, eine öffentliche Adresse und Schalter, die die Wahrheit sagen.',
  order: 'Tarif wählen',
  api: 'API-Doku lesen',
  points: ['Keine Einrichtungsgebühr', 'Monatlich oder jährlich', 'Schlüssel statt Passwörter'],
  demo: {
    label: 'Eine Bestellung, wie Sie sie sehen werden',
    name: 'web-1',
    steps: [
      'Zahlung eingegangen',
      'Adresse reserviert',
      'Datenträger kopiert',
      'Maschine gestartet',
      'Ihr Server antwortet',
    ],
    image: 'System',
    region: 'Region',
    address: 'Adresse',
    waiting: 'gerade eben',
  },
  plans: {
    title: 'Drei Größen, ein klarer Preis',
    text: 'Jeder Tarif bietet vollen Root-Zugriff und eine eigene IPv4-Adresse. Der angezeigte Preis gilt für den ganzen Zeitraum.',
    from: 'pro Monat',
    popular: 'Beliebt',
    order: (plan) => `${plan} bestellen`,
    compare: 'Alle Tarife und Jahrespreise vergleichen',
    cores: (n) => `${n} ${plural('de', n, { one: 'vCPU-Kern', other: 'vCPU-Kerne' })}`,
    memory: (gb) => `${gb} GB Arbeitsspeicher`,
    disk: (gb) => `${gb} GB NVMe`,
    traffic: (tb) => `${tb} TB Datenverkehr`,
  },
  how: {
    title: 'Von der Bestellung zur Anmeldung, ohne Ticket',
    text: 'Vier Schritte, alle im Browser, und nichts geschieht im Verborgenen.',
    steps: [
      ['Einrichten', 'Region, System, Hostname und SSH-Schlüssel auf einer Seite. Die Summe bleibt immer im Blick.'],
      ['Bezahlen', 'Mit Karte auf der Seite unseres Zahlungspartners. Ihre Kartennummer sehen wir nie.'],
      [
        'Zusehen',
        'Jeder Schritt der Einrichtung erscheint, während er geschieht. Sie dürfen die Seite schließen; wir schreiben Ihnen.',
      ],
      ['Anmelden', 'Adresse, Ausstattung und Schalter sind einen Klick entfernt. Die Rechnung auch.'],
    ],
  },
  promises: {
    title: 'Für Menschen, die Systeme betreiben',
    list: [
      [
        'Nur Schlüssel',
        'Ihr öffentlicher SSH-Schlüssel wird beim ersten Start hinterlegt. Ein Passwort, das man erraten könnte, gibt es nicht.',
      ],
      ['Ehrliche Zustände', 'Ein Server „läuft“, wenn er läuft, und keinen Augenblick früher.'],
      [
        'Ganz oder gar nicht',
        'Schlägt ein Schritt der Einrichtung fehl, wird alles zurückgenommen, und wir sagen es Ihnen.',
      ],
      ['Eine API für alles', 'Alles auf diesen Seiten kann auch ein Programm tun, nach denselben Regeln.'],
      ['Preise, die bleiben', 'Ein Vertrag verlängert sich zu dem Preis, den Sie vereinbart haben.'],
      ['Ordentliche Rechnungen', 'Nummeriert, mit Ihren Umsatzsteuerangaben, als PDF, in Ihrer Sprache.'],
    ],
  },
  systems: {
    title: 'Aktuelle Systeme, in der Region Ihrer Wahl',
    images: 'Systeme',
    regions: 'Regionen',
  },
  questions: {
    title: 'Fragen',
    list: [
      [
        'Wie lange dauert es?',
        'In der Regel etwa eine Minute, nachdem Ihre Zahlung eingegangen ist. Sie sehen jeden Schritt und erhalten eine E-Mail, sobald der Server antwortet.',
      ],
      [
        'Kann ich für ein Jahr zahlen?',
        'Ja. Jeder Tarif hat einen Monats- und einen Jahrespreis; der Jahrespreis ist günstiger.',
      ],
      [
        'Wie melde ich mich an?',
        'Per SSH mit dem Schlüssel, den Sie bei der Bestellung angegeben haben. Adresse und Benutzername stehen auf der Seite des Dienstes.',
      ],
      [
        'Was, wenn die Einrichtung fehlschlägt?',
        'Alles Begonnene wird rückgängig gemacht, Sie werden informiert und unser Team ebenso. Sie verlieren nichts.',
      ],
      [
        'Ist die Umsatzsteuer enthalten?',
        'Die Kasse weist die Steuer für Ihr Land als eigene Zeile aus, bevor Sie zahlen.',
      ],
    ],
  },
  closing: { title: 'Bereit, wenn Sie es sind', text: 'Zum Ausprobieren genügt der kleinste Server.' },
}
