import { data } from 'react-router'
import { Problem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { Field, Select, Textarea } from '../ui/field.tsx'
import { fieldText } from '../ui/form-state.ts'
import { ActionForm, FieldGroup, FormActions } from '../ui/form.tsx'
import { FormPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { PriceFields, RemovePart, usePriceLabels, WordsFields } from './draft-fields.tsx'
import { parsePlan, withPart } from './draft-form.ts'
import { isPublished, readDraft, trySave } from './draft-view.ts'
import type { Route } from './+types/draft-plan-page'

/** The plan the address names, or none for a new one. */
async function readPlan(request: Request, context: Route.LoaderArgs['context'], versionId: string) {
  const { detail, currencies } = await readDraft(context, versionId)
  const { document } = detail.version
  const planId = new URL(request.url).searchParams.get('plan')
  const plan = document.plans.find(({ id }) => id === planId)
  if (planId !== null && !plan) throw new Problem('not_found', 'plan_not_found', 'There is no such plan in this draft.')
  const published = plan !== undefined && isPublished(detail, 'plans', plan.id)
  const fixed = { fixedSlug: published, fixedSize: plan !== undefined && detail.usedPlanIds.has(plan.id) }
  return { detail, document, currencies, plan, published, fixed }
}

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { detail, document, currencies, plan, published, fixed } = await readPlan(request, context, params.versionId)
  const locale = context.get(localeContext)
  return {
    versionId: detail.version.id,
    revision: detail.version.revision,
    productName: document.name[locale],
    currencies,
    plan,
    published,
    fixed,
    position: plan?.position ?? document.plans.length,
    successors: document.plans
      .filter(({ id, state }) => id !== plan?.id && state === 'published')
      .map(({ id, name }) => ({ value: id, label: name[locale] })),
  }
}

export async function action({ request, params: { versionId }, context }: Route.ActionArgs) {
  const { document, currencies, plan, published, fixed } = await readPlan(request, context, versionId)
  const form = await request.formData()
  if (fieldText(form, 'intent') === 'remove' && plan && !published) {
    const plans = document.plans.filter(({ id }) => id !== plan.id)
    const removed = await trySave(context, form, versionId, { ...document, plans })
    return removed.ok ? redirectWithFlash(paths.staffDraft(versionId), 'saved') : data(removed, 409)
  }
  const parsed = parsePlan(form, plan, { locale: context.get(localeContext), currencies, ...fixed })
  if (!parsed.ok) return data(parsed, 422)
  const plans = withPart(document.plans, parsed.value)
  const saved = await trySave(context, form, versionId, { ...document, plans })
  return saved.ok ? redirectWithFlash(paths.staffDraftPlan(versionId, parsed.value.id), 'saved') : data(saved, 409)
}

export default function DraftPlanPage({ loaderData, actionData }: Route.ComponentProps) {
  const { versionId, revision, productName, currencies, plan, published, fixed, position, successors } = loaderData
  const words = useMessages(staffVersionsMessages)
  const locale = useLocale()
  const priceLabels = usePriceLabels(plan?.prices ?? [], currencies)
  return (
    <FormPage
      title={plan ? words.planTitle(plan.name[locale]) : words.newPlan}
      back={{ to: paths.staffDraft(versionId), label: words.draftTitle(productName) }}
    >
      <ActionForm
        key={`${plan?.id}${revision}`}
        state={actionData}
        labels={{ ...words.labels, ...priceLabels }}
        className="gap-8"
      >
        <input type="hidden" name="revision" value={revision} />
        <FieldGroup legend={words.texts}>
          <Field
            name="slug"
            initial={plan?.slug}
            hint={fixed.fixedSlug ? words.hints.fixed : words.hints.slug}
            disabled={fixed.fixedSlug}
            maxLength={60}
            mono
          />
          <WordsFields words={plan} />
          <div className="grid gap-5 sm:grid-cols-2">
            <Features name="featuresEn" lines={plan?.features.map(({ en }) => en)} />
            <Features name="featuresDe" lines={plan?.features.map(({ de }) => de)} />
          </div>
        </FieldGroup>
        <FieldGroup legend={words.size} {...(fixed.fixedSize && { hint: words.hints.sizeFixed })}>
          <div className="grid gap-5 sm:grid-cols-2">
            {(['cores', 'memoryMb', 'diskGb', 'trafficTb'] as const).map((name) => (
              <Field key={name} name={name} initial={plan?.[name]} inputMode="numeric" disabled={fixed.fixedSize} />
            ))}
          </div>
        </FieldGroup>
        <PriceFields prices={plan?.prices ?? []} currencies={currencies} trials />
        <FieldGroup legend={words.sale}>
          <Select
            name="state"
            initial={plan?.state ?? 'published'}
            options={(['published', 'retired'] as const).map((state) => ({
              value: state,
              label: words.planStates[state],
            }))}
          />
          <Select
            name="successorId"
            initial={plan?.successorId ?? ''}
            hint={words.hints.successor}
            placeholder={words.noSuccessor}
            options={successors}
            required={false}
          />
          <Field
            name="maxPerCustomer"
            initial={plan?.maxPerCustomer ?? undefined}
            hint={words.hints.maxPerCustomer}
            inputMode="numeric"
            required={false}
          />
          <Field name="position" initial={position} hint={words.hints.position} inputMode="numeric" />
          <Checkbox name="popular" initial={plan?.popular ?? false} />
        </FieldGroup>
        <FormActions>
          <SubmitButton variant="primary">{words.save}</SubmitButton>
        </FormActions>
      </ActionForm>
      {plan && !published && <RemovePart revision={revision} />}
    </FormPage>
  )
}

const Features = ({ name, lines }: { name: string; lines: string[] | undefined }) => {
  const { hints } = useMessages(staffVersionsMessages)
  return <Textarea name={name} initial={lines?.join('\n')} rows={6} hint={hints.features} required={false} />
}
