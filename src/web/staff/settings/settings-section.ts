import { data } from 'react-router'
import {
  changeSettings,
  checkSettings,
  listSettingsChanges,
  readSettings,
  type SectionName,
  type SectionValues,
} from '#modules/billing/settings/change-settings.ts'
import type { Locale } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { redirectWithFlash } from '../../flash.ts'
import { problemText } from '../../messages/problems.ts'
import { staffSettingsMessages } from '../../messages/staff-settings.ts'
import { formStatus } from '../../problems.ts'
import { type FormState, fieldText, refusedForm, typedValues } from '../../ui/form-state.ts'
import type { StaffScope } from '../access.ts'
import { iso } from '../view.ts'
import { describeChange, type SettingChange } from './describe-settings.ts'
import { describeEffects } from './settings-effects.ts'
import { readers } from './settings-forms.ts'

/** A section with its history, as a page shows it. `restored` names the change whose earlier values stand in the form. */
export type ShownSection<K extends SectionName> = {
  name: K
  values: SectionValues<K>
  basis: string
  restored: string | undefined
  history: {
    id: string
    at: string
    who: string
    changes: SettingChange[]
  }[]
}

/** Reads a section for its page; `?restore=` fills in the values from before a change of it. */
export async function loadSection<K extends SectionName>(
  { app, actor }: StaffScope,
  name: K,
  { request, locale }: { request: Request; locale: Locale },
): Promise<ShownSection<K>> {
  const [{ values, basis }, changes] = await Promise.all([
    readSettings(app, actor, name),
    listSettingsChanges(app, actor, name),
  ])
  const wanted = new URL(request.url).searchParams.get('restore')
  const restored = changes.find(({ id }) => id === wanted)
  return {
    name,
    values: restored?.before ?? values,
    basis,
    restored: restored?.id,
    history: changes.map(({ id, at, actorKind, actorId, actorName, ...change }) => ({
      id,
      at: iso(at),
      who: actorName ?? `${actorKind}: ${actorId}`,
      changes: describeChange(name, change, locale),
    })),
  }
}

export type SettingsReview = { changes: SettingChange[]; effects: string[]; fields: [string, string][] }
export type SettingsAnswer = {
  section: string
  refused?: FormState
  draft?: FormState
  review?: SettingsReview
}

/** Works the form of one of `names`: shows what would change, goes back to editing, or saves and says so at `address`. */
export async function settingsAction(
  { app, actor }: StaffScope,
  form: FormData,
  { names, locale, address }: { names: readonly SectionName[]; locale: Locale; address: string },
) {
  const name = names.find((each) => each === fieldText(form, 'section'))
  if (name === undefined) throw data(null, 404)
  const refuse = (refused: FormState, status = 422) => data({ section: name, refused } satisfies SettingsAnswer, status)
  const read = readers[name](form, locale)
  if (!read.ok) return refuse(read)
  const { values, fieldOf } = read
  const draft: FormState = { ok: false, errors: {}, values: typedValues(form) }
  if (fieldText(form, 'do') === 'edit') return { section: name, draft } satisfies SettingsAnswer
  try {
    const issues = await checkSettings(app, actor, { name, values })
    if (issues.length > 0) {
      const words = staffSettingsMessages[locale].issues
      const errors = issues.map(({ path, code, message, values: said = [] }): [string, string] => [
        fieldOf(path),
        words[code]?.(...said) ?? message,
      ])
      return refuse({ ...draft, errors: Object.fromEntries(errors) })
    }
    if (fieldText(form, 'do') === 'save') {
      await changeSettings(app, actor, { name, values, basis: fieldText(form, 'basis') })
      return redirectWithFlash(address, 'saved')
    }
    const shown = await readSettings(app, actor, name)
    if (shown.basis !== fieldText(form, 'basis'))
      return refuse({ ...draft, message: problemText({ code: 'settings_stale', message: '' }, locale) }, 409)
    const change = { before: shown.values, after: values }
    const review: SettingsReview = {
      changes: describeChange(name, change, locale),
      effects: await describeEffects({ app, actor }, name, change, locale),
      fields: [...form].flatMap(([key, value]): [string, string][] =>
        typeof value === 'string' && key !== 'do' ? [[key, value]] : [],
      ),
    }
    return { section: name, review } satisfies SettingsAnswer
  } catch (error) {
    if (!isProblem(error) || !['invalid', 'conflict'].includes(error.kind)) throw error
    return refuse(refusedForm(error, form, locale), formStatus(error))
  }
}
