import type { en } from '../en/csp-reports.ts'

export const de: typeof en = {
  title: 'Browserberichte',
  text: 'Was Browser auf unseren Seiten nach der Content Security Policy nicht geladen oder ausgeführt haben.',
  reportOnly: 'Die Richtlinie meldet nur und verhindert nichts: CSP_MODE steht auf report-only.',
  blocked: 'Blockiert',
  directive: 'Nach',
  page: 'Auf Seite',
  count: 'Male',
  first: 'Zuerst',
  last: 'Zuletzt',
  search: 'Herkunft, Direktive oder Seite',
  clear: 'Löschen',
  clearTitle: 'Diesen Bericht löschen?',
  clearText: 'Er kommt wieder, sobald ein Browser ihn erneut meldet.',
  empty: 'Nichts wurde blockiert',
  emptyText: 'Wenn ein Browser auf unseren Seiten etwas blockiert, wird es hier gezählt.',
}
