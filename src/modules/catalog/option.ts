import type { Locale } from '#platform/i18n.ts'
import type { LocalizedText } from './localized-text.ts'
import type { PlanOption } from './plan.ts'

/** What is wanted of an option: a quantity, and for an option of kind choice one of it. */
export type WantedOption = { quantity: number; choice?: string | null | undefined }

/** What an option is called with what is chosen of it. */
export function optionName(
  option: { name: LocalizedText; choices: readonly { code: string; name: LocalizedText }[] },
  choice?: string | null,
): LocalizedText {
  const chosen = option.choices.find(({ code }) => code === choice)
  if (!chosen) return option.name
  return { en: `${option.name.en}: ${chosen.name.en}`, de: `${option.name.de}: ${chosen.name.de}` }
}

/** Why an option cannot be ordered like that; undefined when it can, as when it is left out and may be. */
export function faultOf(
  option: Pick<PlanOption, 'kind' | 'name' | 'minQuantity' | 'maxQuantity' | 'step' | 'choices'>,
  wanted: WantedOption | undefined,
  locale: Locale = 'en',
): string | undefined {
  const { kind, minQuantity: least, maxQuantity: most, step } = option
  const name = option.name[locale]
  if (kind === 'choice') {
    if (!wanted) return least > 0 ? `${name}: choose one.` : undefined
    const known = option.choices.some(({ code }) => code === wanted.choice)
    return known && wanted.quantity === 1 ? undefined : `${name}: choose one of the list.`
  }
  if (wanted?.choice) return `${name}: there is nothing to choose from.`
  if (!wanted) return least > 0 ? `${name}: at least ${least}.` : undefined
  if (wanted.quantity < least) return `${name}: at least ${least}.`
  if (wanted.quantity > most) return `${name}: at most ${most}.`
  if ((wanted.quantity - least) % step !== 0) return `${name}: in steps of ${step}, from ${least} on.`
  return undefined
}
