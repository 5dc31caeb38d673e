import { redirect, type RouterContextProvider } from 'react-router'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { catalogVersionMachine } from '#modules/catalog/catalog-version.ts'
import { saveDraft } from '#modules/catalog/edit-draft.ts'
import { getVersion, type VersionDetail } from '#modules/catalog/versions-queries.ts'
import type { CatalogDocument } from '#modules/catalog/catalog-document.ts'
import { can } from '#platform/state-machine.ts'
import { localeContext } from '../context.ts'
import { paths } from '../paths.ts'
import { type FormState, tryForm } from '../ui/form-state.ts'
import { staffScope } from './access.ts'
import { readRevision } from './draft-form.ts'

/** Currencies that prices are asked for where the catalogue has none yet. */
const FIRST_CURRENCIES = ['EUR', 'USD']

/** A draft with all that its forms ask; what is no draft is only looked at, on its own page. */
export async function readDraft(context: Readonly<RouterContextProvider>, versionId: string) {
  const { app, actor } = staffScope(context)
  const [detail, { currencies }] = await Promise.all([getVersion(app, actor, versionId), getCatalog(app)])
  if (!can(catalogVersionMachine, detail.version, 'discard')) throw redirect(paths.staffVersion(versionId))
  return { detail, currencies: currencies.length > 0 ? currencies : FIRST_CURRENCIES }
}

/** Whether a part of a draft is published already, so that what it means stays. */
export const isPublished = ({ live }: Pick<VersionDetail, 'live'>, kind: 'plans' | 'options', id: string): boolean =>
  live?.[kind].some((part) => part.id === id) ?? false

/** Saves what a form made of a draft. */
export function trySave(
  context: Readonly<RouterContextProvider>,
  form: FormData,
  versionId: string,
  document: CatalogDocument,
): Promise<{ ok: true; value: void } | FormState> {
  const { app, actor } = staffScope(context)
  return tryForm(form, context.get(localeContext), () =>
    saveDraft(app, actor, { versionId, revision: readRevision(form), document }),
  )
}
