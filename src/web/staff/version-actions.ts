import { data } from 'react-router'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { discardDraft } from '#modules/catalog/edit-draft.ts'
import { makePreview } from '#modules/catalog/preview-catalog.ts'
import { cancelPublication, planPublication, publishVersion, rollBackTo } from '#modules/catalog/publish-version.ts'
import type { Actor } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { parseForm, tryForm } from '../ui/form-state.ts'

const Asked = z.object({
  do: z.enum(['publish', 'plan', 'cancel_plan', 'discard', 'roll_back', 'preview']),
  revision: z.coerce.number().int().positive().optional(),
  on: z.iso.date().optional(),
})

/** Does what was asked of a version, and leads to where it is seen. */
export async function actOnVersion(
  scope: { app: App; actor: Actor; locale: Locale },
  versionId: string,
  form: FormData,
) {
  const { app, actor, locale } = scope
  const parsed = parseForm(Asked, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const { revision, on } = parsed.value
  if (parsed.value.do === 'plan' && on === undefined) {
    const { day } = staffVersionsMessages[locale].wrong
    return data({ ok: false as const, errors: { on: day }, values: {} }, 422)
  }
  if (parsed.value.do === 'preview') {
    const made = await tryForm(form, locale, () => makePreview(app, actor, { versionId }))
    return made.ok ? data({ ok: true as const, preview: paths.preview(made.value) }) : data(made, 409)
  }
  const done = await tryForm(form, locale, async (): Promise<string> => {
    switch (parsed.value.do) {
      case 'publish':
        await publishVersion(app, actor, { versionId, revision })
        return versionId
      case 'plan':
        await planPublication(app, actor, { versionId, revision, on: Temporal.PlainDate.from(on!) })
        return versionId
      case 'cancel_plan':
        await cancelPublication(app, actor, { versionId })
        return versionId
      case 'roll_back':
        return (await rollBackTo(app, actor, { versionId })).id
      case 'discard':
      case 'preview':
        await discardDraft(app, actor, { versionId })
        return versionId
    }
  })
  if (done.ok) return redirectWithFlash(paths.staffVersion(done.value), 'saved')
  const { day } = staffVersionsMessages[locale].wrong
  return data('on' in done.errors ? { ...done, errors: { on: day } } : done, 409)
}
