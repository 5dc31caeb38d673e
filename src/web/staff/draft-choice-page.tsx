import { data, redirect } from 'react-router'
import { countChoiceHolders } from '#modules/catalog/choice-holders.ts'
import { Problem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { Field } from '../ui/field.tsx'
import { fieldText } from '../ui/form-state.ts'
import { ActionForm, FieldGroup, FormActions } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { FormPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { PriceFields, RemovePart, usePriceLabels } from './draft-fields.tsx'
import { parseChoice, withPart } from './draft-form.ts'
import { readDraft, trySave } from './draft-view.ts'
import type { Route } from './+types/draft-choice-page'

/** The option the address names, and its choice, or none for a new one. */
async function readChoice(request: Request, context: Route.LoaderArgs['context'], versionId: string) {
  const { detail, currencies } = await readDraft(context, versionId)
  const { document } = detail.version
  const url = new URL(request.url)
  // Every choice is one of an option.
  if (!url.searchParams.has('option')) throw redirect(paths.staffDraft(versionId))
  const choiceId = url.searchParams.get('choice')
  const option = document.options.find(({ id, kind }) => id === url.searchParams.get('option') && kind === 'choice')
  const choice = option?.choices.find(({ id }) => id === choiceId)
  if (!option || (choiceId !== null && !choice))
    throw new Problem('not_found', 'choice_not_found', 'There is no such choice in this draft.')
  const was = detail.live?.options.find(({ id }) => id === option.id)
  const published = choice !== undefined && (was?.choices.some(({ id }) => id === choice.id) ?? false)
  return { detail, document, currencies, option, choice, published }
}

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const { detail, currencies, option, choice, published } = await readChoice(request, context, params.versionId)
  const { id: versionId, revision, productId } = detail.version
  const held = published ? await countChoiceHolders(app, actor, { productId }) : undefined
  return {
    versionId,
    revision,
    option: { id: option.id, name: option.name[context.get(localeContext)] },
    currencies,
    choice,
    published,
    held: held?.get(choice?.id ?? '') ?? 0,
    position: choice?.position ?? option.choices.length,
  }
}

export async function action({ request, params: { versionId }, context }: Route.ActionArgs) {
  const { document, currencies, option, choice, published } = await readChoice(request, context, versionId)
  const form = await request.formData()
  const save = (choices: typeof option.choices) =>
    trySave(context, form, versionId, { ...document, options: withPart(document.options, { ...option, choices }) })
  if (fieldText(form, 'intent') === 'remove' && choice && !published) {
    const removed = await save(option.choices.filter(({ id }) => id !== choice.id))
    return removed.ok ? redirectWithFlash(paths.staffDraftOption(versionId, option.id), 'saved') : data(removed, 409)
  }
  const parsed = parseChoice(form, choice, { locale: context.get(localeContext), currencies, fixed: published })
  if (!parsed.ok) return data(parsed, 422)
  const saved = await save(withPart(option.choices, parsed.value))
  return saved.ok
    ? redirectWithFlash(paths.staffDraftChoice(versionId, option.id, parsed.value.id), 'saved')
    : data(saved, 409)
}

export default function DraftChoicePage({ loaderData, actionData }: Route.ComponentProps) {
  const { versionId, revision, option, currencies, choice, published, held, position } = loaderData
  const words = useMessages(staffVersionsMessages)
  const locale = useLocale()
  const priceLabels = usePriceLabels(choice?.prices ?? [], currencies)
  return (
    <FormPage
      title={choice ? words.choiceTitle(choice.name[locale]) : words.newChoice}
      back={{ to: paths.staffDraftOption(versionId, option.id), label: words.optionTitle(option.name) }}
      notice={held > 0 && <Notice tone="info">{words.choiceHeld(held)}</Notice>}
    >
      <ActionForm
        key={`${choice?.id}${revision}`}
        state={actionData}
        labels={{ ...words.labels, ...priceLabels }}
        className="gap-8"
      >
        <input type="hidden" name="revision" value={revision} />
        <FieldGroup legend={words.texts}>
          <Field
            name="code"
            initial={choice?.code}
            hint={published ? words.hints.fixed : words.hints.slug}
            disabled={published}
            maxLength={60}
            mono
          />
          <div className="grid gap-5 sm:grid-cols-2">
            <Field name="nameEn" initial={choice?.name.en} maxLength={100} />
            <Field name="nameDe" initial={choice?.name.de} maxLength={100} />
          </div>
        </FieldGroup>
        <FieldGroup legend={words.sale}>
          <Field name="position" initial={position} hint={words.hints.position} inputMode="numeric" />
          <Checkbox name="active" initial={choice?.active ?? true} hint={words.hints.choiceActive} />
        </FieldGroup>
        <PriceFields prices={choice?.prices ?? []} currencies={currencies} />
        <FormActions>
          <SubmitButton variant="primary">{words.save}</SubmitButton>
        </FormActions>
      </ActionForm>
      {choice && !published && <RemovePart revision={revision} />}
    </FormPage>
  )
}
