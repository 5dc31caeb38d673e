import type { CatalogVersionState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { CatalogDocument } from './catalog-document.ts'

/** A product's entry as it was, is or shall be for sale. */
export type CatalogVersion = Omit<Schema['catalogVersions'], 'document'> & { document: CatalogDocument }

export const catalogVersionMachine = stateMachine({
  noun: 'catalog_version',
  table: 'catalogVersions',
  states: {
    draft: { plan: 'planned', publish: 'live', discard: 'discarded' },
    // Its day is taken back, or it could not be published on it.
    planned: { publish: 'live', unplan: 'draft' },
    live: { supersede: 'superseded' },
    superseded: {},
    discarded: {},
  } satisfies Transitions<CatalogVersionState>,
})
