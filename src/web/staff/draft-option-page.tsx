import { data } from 'react-router'
import { Problem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { Field, Select } from '../ui/field.tsx'
import { fieldText } from '../ui/form-state.ts'
import { ActionForm, FieldGroup, FormActions } from '../ui/form.tsx'
import { FormPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { PartList, PriceFields, RemovePart, usePriceLabels, WordsFields } from './draft-fields.tsx'
import { parseOption, withPart } from './draft-form.ts'
import { isPublished, readDraft, trySave } from './draft-view.ts'
import { AllLink } from './parts.tsx'
import type { Route } from './+types/draft-option-page'

/** The option the address names, or none for a new one. */
async function readOption(request: Request, context: Route.LoaderArgs['context'], versionId: string) {
  const { detail, currencies } = await readDraft(context, versionId)
  const { document } = detail.version
  const optionId = new URL(request.url).searchParams.get('option')
  const option = document.options.find(({ id }) => id === optionId)
  if (optionId !== null && !option)
    throw new Problem('not_found', 'option_not_found', 'There is no such option in this draft.')
  const published = option !== undefined && isPublished(detail, 'options', option.id)
  return { detail, document, currencies, option, published }
}

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { detail, document, currencies, option, published } = await readOption(request, context, params.versionId)
  return {
    versionId: detail.version.id,
    revision: detail.version.revision,
    productName: document.name[context.get(localeContext)],
    currencies,
    option,
    published,
    position: option?.position ?? document.options.length,
  }
}

export async function action({ request, params: { versionId }, context }: Route.ActionArgs) {
  const { document, currencies, option, published } = await readOption(request, context, versionId)
  const form = await request.formData()
  if (fieldText(form, 'intent') === 'remove' && option && !published) {
    const options = document.options.filter(({ id }) => id !== option.id)
    const removed = await trySave(context, form, versionId, { ...document, options })
    return removed.ok ? redirectWithFlash(paths.staffDraft(versionId), 'saved') : data(removed, 409)
  }
  const parsed = parseOption(form, option, { locale: context.get(localeContext), currencies, fixed: published })
  if (!parsed.ok) return data(parsed, 422)
  const options = withPart(document.options, parsed.value)
  const saved = await trySave(context, form, versionId, { ...document, options })
  return saved.ok ? redirectWithFlash(paths.staffDraftOption(versionId, parsed.value.id), 'saved') : data(saved, 409)
}

export default function DraftOptionPage({ loaderData, actionData }: Route.ComponentProps) {
  const { versionId, revision, productName, currencies, option, published, position } = loaderData
  const words = useMessages(staffVersionsMessages)
  const locale = useLocale()
  const isChoice = option?.kind === 'choice'
  const hasSteps = !isChoice && (!published || option?.kind !== 'switch')
  const priceLabels = usePriceLabels(option?.prices ?? [], currencies)
  return (
    <FormPage
      title={option ? words.optionTitle(option.name[locale]) : words.newOption}
      back={{ to: paths.staffDraft(versionId), label: words.draftTitle(productName) }}
      aside={isChoice && <Choices versionId={versionId} option={option} />}
    >
      <ActionForm
        key={`${option?.id}${revision}`}
        state={actionData}
        labels={{ ...words.labels, ...priceLabels }}
        className="gap-8"
      >
        <input type="hidden" name="revision" value={revision} />
        <FieldGroup legend={words.texts}>
          <Field
            name="code"
            initial={option?.code}
            hint={published ? words.hints.fixed : words.hints.slug}
            disabled={published}
            maxLength={60}
            mono
          />
          <WordsFields words={option} />
        </FieldGroup>
        <FieldGroup legend={words.sale}>
          <div className="grid gap-5 sm:grid-cols-2">
            <Select
              name="kind"
              initial={option?.kind ?? 'switch'}
              disabled={published}
              options={(['switch', 'quantity', 'slider', 'choice'] as const).map((kind) => ({
                value: kind,
                label: words.kinds[kind],
              }))}
              {...(!option && { hint: words.hints.newChoices })}
            />
            {hasSteps && (
              <>
                <Field name="step" initial={option?.step ?? 1} inputMode="numeric" />
                <Field name="minQuantity" initial={option?.minQuantity ?? 0} inputMode="numeric" />
                <Field name="maxQuantity" initial={option?.maxQuantity ?? 1} inputMode="numeric" />
              </>
            )}
          </div>
          {isChoice && <Checkbox name="mustChoose" initial={option.minQuantity > 0} />}
          <Field name="position" initial={position} hint={words.hints.position} inputMode="numeric" />
          <Checkbox name="active" initial={option?.active ?? true} />
        </FieldGroup>
        {!isChoice && <PriceFields prices={option?.prices ?? []} currencies={currencies} />}
        <FormActions>
          <SubmitButton variant="primary">{words.save}</SubmitButton>
        </FormActions>
      </ActionForm>
      {option && !published && <RemovePart revision={revision} />}
    </FormPage>
  )
}

type Option = NonNullable<Route.ComponentProps['loaderData']['option']>

/** What the option lets choose from, each with a form of its own. */
function Choices({ versionId, option }: { versionId: string; option: Option }) {
  const words = useMessages(staffVersionsMessages)
  return (
    <Card
      title={words.choices}
      flush
      actions={<AllLink to={paths.staffDraftChoice(versionId, option.id)} label={words.addChoice} />}
    >
      {option.choices.length === 0 && <p className="p-5 text-muted">{words.noChoices}</p>}
      <PartList
        parts={option.choices.map(({ id, name, code, active }) => ({
          id,
          name,
          code,
          on: active,
          to: paths.staffDraftChoice(versionId, option.id, id),
        }))}
      />
    </Card>
  )
}
