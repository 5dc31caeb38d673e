import { data } from 'react-router'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { LinkButton, SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field, Select } from '../ui/field.tsx'
import { ActionForm, FieldGroup, FormActions } from '../ui/form.tsx'
import { FormPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { PartList, Ticks, WordsFields } from './draft-fields.tsx'
import { parseProduct } from './draft-form.ts'
import { readDraft, trySave } from './draft-view.ts'
import { AllLink } from './parts.tsx'
import type { Route } from './+types/draft-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { detail } = await readDraft(context, params.versionId)
  const locale = context.get(localeContext)
  const { version, live, regions, images } = detail
  return {
    versionId: version.id,
    number: version.number,
    revision: version.revision,
    document: version.document,
    fixedSlug: live !== undefined,
    regions: regions.map(({ id, name }) => ({ value: id, label: name[locale] })),
    images: images.map(({ id, name }) => ({ value: id, label: name })),
  }
}

export async function action({ request, params: { versionId }, context }: Route.ActionArgs) {
  const { detail } = await readDraft(context, versionId)
  const form = await request.formData()
  const parsed = parseProduct(form, detail.version.document, {
    locale: context.get(localeContext),
    fixedSlug: detail.live !== undefined,
  })
  if (!parsed.ok) return data(parsed, 422)
  const saved = await trySave(context, form, versionId, parsed.value)
  return saved.ok ? redirectWithFlash(paths.staffDraft(versionId), 'saved') : data(saved, 409)
}

export default function DraftPage({ loaderData, actionData }: Route.ComponentProps) {
  const { versionId, number, revision, document, fixedSlug, regions, images } = loaderData
  const words = useMessages(staffVersionsMessages)
  const locale = useLocale()
  return (
    <FormPage
      title={words.draftTitle(document.name[locale])}
      back={{ to: paths.staffVersion(versionId), label: words.version(number) }}
      actions={
        <LinkButton to={paths.staffVersion(versionId)} variant="primary">
          {words.back}
        </LinkButton>
      }
      aside={<Parts versionId={versionId} document={document} />}
    >
      <ActionForm key={revision} state={actionData} labels={words.labels} className="gap-8">
        <input type="hidden" name="revision" value={revision} />
        <FieldGroup legend={words.texts}>
          <Field
            name="slug"
            initial={document.slug}
            hint={fixedSlug ? words.hints.fixed : words.hints.slug}
            disabled={fixedSlug}
            maxLength={60}
            mono
          />
          <WordsFields words={document} />
        </FieldGroup>
        <FieldGroup legend={words.sale}>
          <Select
            name="state"
            initial={document.state}
            options={(['published', 'retired'] as const).map((state) => ({
              value: state,
              label: words.productStates[state],
            }))}
          />
          <Field name="position" initial={document.position} hint={words.hints.position} inputMode="numeric" />
          <Select
            name="disputePolicy"
            initial={document.disputePolicy}
            hint={words.hints.disputePolicy}
            options={(['seller', 'keep', 'suspend'] as const).map((policy) => ({
              value: policy,
              label: words.disputePolicies[policy],
            }))}
          />
        </FieldGroup>
        <FieldGroup legend={words.offer} hint={words.offerText}>
          <Ticks name="regionIds" label={words.regions} options={regions} ticked={document.regionIds} />
          <Ticks name="imageIds" label={words.images} options={images} ticked={document.imageIds} />
        </FieldGroup>
        <FormActions>
          <SubmitButton variant="primary">{words.save}</SubmitButton>
        </FormActions>
      </ActionForm>
    </FormPage>
  )
}

type Document = Route.ComponentProps['loaderData']['document']

/** The plans and options of the draft, each with a form of its own. */
function Parts({ versionId, document }: { versionId: string; document: Document }) {
  const words = useMessages(staffVersionsMessages)
  return (
    <div className="grid gap-5">
      <Card title={words.plans} flush actions={<AllLink to={paths.staffDraftPlan(versionId)} label={words.addPlan} />}>
        {document.plans.length === 0 && <p className="p-5 text-muted">{words.noPlans}</p>}
        <PartList
          parts={document.plans.map((plan) => ({
            id: plan.id,
            name: plan.name,
            code: plan.slug,
            on: plan.state === 'published',
            to: paths.staffDraftPlan(versionId, plan.id),
          }))}
        />
      </Card>
      <Card
        title={words.options}
        flush
        actions={<AllLink to={paths.staffDraftOption(versionId)} label={words.addOption} />}
      >
        {document.options.length === 0 && <p className="p-5 text-muted">{words.noOptions}</p>}
        <PartList
          parts={document.options.map((option) => ({
            id: option.id,
            name: option.name,
            code: option.code,
            on: option.active,
            to: paths.staffDraftOption(versionId, option.id),
          }))}
        />
      </Card>
    </div>
  )
}
