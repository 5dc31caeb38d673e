import { plural } from '#platform/i18n.ts'
import type { en } from '../en/shop.ts'

export const de: typeof en = {
  period: { label: 'Zahlweise' },
  setup: (amount) => `zuzüglich einmalig ${amount} für die Einrichtung`,
  trial: (days) => `${days} ${plural('de', days, { one: 'Tag', other: 'Tage' })} kostenlos testen`,
  free: 'Kostenlos',
  soldOut: 'Ausverkauft',
  gone: (regions) => `Ausverkauft in ${regions}`,
  left: (n) => `Nur noch ${n} verfügbar`,
  limit: (n) => `Höchstens ${n} pro Kunde`,
  currency: 'Währung',
  tax: {
    included: (percent) =>
      `Alle Preise enthalten ${percent} % USt. An der Kasse steht die USt. Ihres Landes in einer eigenen Zeile.`,
    excluded:
      'Alle Preise verstehen sich ohne USt. An der Kasse kommt die USt. Ihres Landes in einer eigenen Zeile hinzu.',
  },
  facts: {
    cores: 'vCPU-Kerne',
    memory: 'Arbeitsspeicher',
    disk: 'NVMe-Speicher',
    traffic: 'Datenverkehr im Monat',
    gb: (n) => `${n} GB`,
    tb: (n) => `${n} TB`,
    price: (per) => `Preis ${per}`,
    setup: 'Einrichtung, einmalig',
    trial: 'Kostenlos testen',
    days: (n) => `${n} ${plural('de', n, { one: 'Tag', other: 'Tage' })}`,
    saving: 'Ersparnis bei jährlicher Zahlung',
    percent: (n) => `${n} %`,
    notSold: 'nicht im Angebot',
  },
  retired: {
    title: (name) => `${name} wird nicht mehr verkauft`,
    text: 'Wenn Sie ihn haben, ändert sich für Sie nichts.',
    successor: (name) => `Stattdessen ${name} ansehen`,
    all: 'Unsere Angebote ansehen',
  },
  pricing: {
    title: 'Preise',
    lead: 'Keine Mindestlaufzeit über den bezahlten Zeitraum hinaus.',
    description: 'Die Preise unserer virtuellen Server in Ihrer Währung, für einen Monat, ein Jahr und mehr.',
    compare: 'Alle Tarife im Vergleich',
    plan: 'Tarif',
    options: 'Extras für jeden Tarif',
    optionsText: 'Sie wählen sie bei der Bestellung und bezahlen sie zusammen mit dem Server.',
    option: 'Extra',
    each: 'je Stück',
    empty: 'Zurzeit ist nichts im Angebot',
    emptyText: 'Schreiben Sie uns, was Sie brauchen. Wir finden einen Weg.',
  },
  products: {
    title: 'Produkte',
    lead: 'Was Sie heute bestellen können.',
    from: 'ab',
    plans: (n) => `${n} ${plural('de', n, { one: 'Tarif', other: 'Tarife' })}`,
    see: 'Tarife ansehen',
  },
  product: {
    sizes: 'Wählen Sie eine Größe',
    others: 'Andere Größen',
    specifications: 'Ausstattung',
    features: 'Immer dabei',
    options: 'Extras',
    systems: 'Systeme',
    regions: 'Regionen',
    order: (plan) => `${plan} bestellen`,
    details: (plan) => `${plan} im Einzelnen`,
    all: 'Alle Größen im Vergleich',
    or: 'oder',
    saves: (n) => `${n} % günstiger als monatlich`,
    questions: 'Fragen',
    faq: [
      [
        'Was genau bekomme ich?',
        'Eine virtuelle Maschine (KVM) mit den Kernen, dem Arbeitsspeicher und dem Speicherplatz ihres Tarifs, einer öffentlichen IPv4-Adresse und vollem Root-Zugriff. Geteilt wird nur die Hardware darunter.',
      ],
      [
        'Wie melde ich mich zum ersten Mal an?',
        'Per SSH mit dem öffentlichen Schlüssel, den Sie bei der Bestellung angeben. Ein Passwort wird weder gesetzt noch verschickt.',
      ],
      [
        'Kann ich das System später wählen?',
        'Sie wählen bei der Bestellung eines der genannten Systeme. Es ist installiert, sobald der Server zum ersten Mal antwortet.',
      ],
      [
        'Was geschieht am Ende des Zeitraums?',
        'Der Vertrag verlängert sich um einen weiteren Zeitraum zum vereinbarten Preis. Für jeden Zeitraum erhalten Sie eine Rechnung.',
      ],
      [
        'Kann ich mehrere Server auf einmal bestellen?',
        'Ja, bis zu 20 in einem Warenkorb, jeder mit eigener Region, eigenem System und eigenem Schlüssel. Sie zahlen einmal und erhalten eine Rechnung.',
      ],
    ],
  },
}
