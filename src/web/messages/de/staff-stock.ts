import type { en } from '../en/staff-stock.ts'

export const de: typeof en = {
  title: 'Bestand',
  text: 'Wie viel von jedem Tarif verkauft werden kann. Eine Änderung gilt sofort; sie braucht keinen Entwurf.',
  plan: 'Tarif',
  limit: 'Grenze',
  views: { limited: 'Mit Grenze', sold_out: 'Ausverkauft', unlimited: 'Ohne Grenze' },
  left: 'Übrig',
  taken: 'Belegt',
  unlimited: 'Keine Grenze',
  all: 'Alle Regionen zusammen',
  allShort: 'Alle Regionen',
  soldOut: 'Ausverkauft',
  leftOf: (left, quantity) => `${left} von ${quantity}`,
  leftOnly: (left) => `${left} übrig`,
  takenOf: (taken) => `${taken} belegt`,
  empty: 'Noch keine Tarife',
  emptyText: 'Veröffentlichen Sie zuerst ein Produkt mit Tarifen.',
  planTitle: (name) => `Bestand von ${name}`,
  planText:
    'Belegt ist, was auf Zahlung wartet, läuft oder gesperrt ist. Ein Platz wird wieder frei, wenn sein Server gelöscht ist.',
  limits: 'Grenzen',
  limitsText:
    'Ein leeres Feld heißt: keine Grenze. Beide Grenzen zählen, die der Region und die aller Regionen zusammen.',
  save: 'Grenzen speichern',
  history: 'Änderungen',
  belowTaken: (taken) => `${taken} sind schon belegt. Mit ${taken} wird nichts mehr verkauft.`,
}
