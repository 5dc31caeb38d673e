import { data } from 'react-router'
import { z } from 'zod'
import { createProduct } from '#modules/catalog/edit-draft.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { WordsFields } from './draft-fields.tsx'
import { slugField, wordsFields, wordsOf } from './draft-form.ts'
import type { Route } from './+types/product-new-page'

/** Nothing to read; but it is where a page refuses. */
export const loader = () => null

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(z.object({ slug: slugField(locale), ...wordsFields }), form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const { slug } = parsed.value
  const made = await tryForm(form, locale, () => createProduct(app, actor, { slug, ...wordsOf(parsed.value) }))
  return made.ok ? redirectWithFlash(paths.staffDraft(made.value.id), 'saved') : data(made, 409)
}

export default function ProductNewPage({ actionData }: Route.ComponentProps) {
  const words = useMessages(staffVersionsMessages)
  return (
    <FormPage title={words.create} text={words.createText} back={{ to: paths.staffCatalog(), label: words.title }}>
      <ActionForm state={actionData} labels={words.labels}>
        <Field name="slug" hint={words.hints.slug} maxLength={60} autoComplete="off" mono required />
        <WordsFields />
        <FormActions>
          <SubmitButton variant="primary">{words.createButton}</SubmitButton>
        </FormActions>
      </ActionForm>
    </FormPage>
  )
}
