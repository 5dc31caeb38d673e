import { data } from 'react-router'
import { z } from 'zod'
import {
  listNumberSeries,
  type NextNumber,
  previewNumbers,
  startSeries,
} from '#modules/billing/settings/number-series.ts'
import { isProblem } from '#platform/problem.ts'
import { localeContext } from '../../context.ts'
import { redirectWithFlash } from '../../flash.ts'
import { problemText } from '../../messages/problems.ts'
import { staffSettingsMessages } from '../../messages/staff-settings.ts'
import { paths } from '../../paths.ts'
import { formStatus } from '../../problems.ts'
import { SubmitButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/choice.tsx'
import { Field } from '../../ui/field.tsx'
import { fieldText, type FormState, parseForm, refusedForm } from '../../ui/form-state.ts'
import { ActionForm, FormActions } from '../../ui/form.tsx'
import { FormPage } from '../../ui/page.tsx'
import { useMessages } from '../../ui/site.tsx'
import { staffScope } from '../access.ts'
import { FactList } from '../fact-list.tsx'
import { SettingsCard } from './settings-card.tsx'
import { loadSection, settingsAction, type SettingsAnswer } from './settings-section.ts'
import { SettingsTabs, settingsTabsFor } from './settings-tabs.tsx'
import type { Route } from './+types/numbering-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const { app, actor } = scope
  const [numbering, series] = await Promise.all([
    loadSection(scope, 'numbering', { request, locale: context.get(localeContext) }),
    listNumberSeries(app, actor),
  ])
  return {
    tabs: settingsTabsFor(scope),
    numbering,
    next: await previewNumbers(app, actor, (await loadSaved(scope)).values),
    series: series.map(({ series: name, kind, first, next, given }) => ({ name, kind, first, next, given })),
  }
}

/** The numbers that come next follow from what is saved, also while earlier values stand in the form. */
const loadSaved = (scope: Parameters<typeof loadSection>[0]) =>
  loadSection(scope, 'numbering', { request: new Request('http://localhost/'), locale: 'en' })

const BeginInput = z.object({
  section: z.literal('begin'),
  kind: z.enum(['invoice', 'credit_note']),
  first: z.coerce.number().int().min(1).max(1_000_000_000),
})

export async function action({ request, context }: Route.ActionArgs) {
  const scope = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const address = paths.staffSettingsNumbering()
  if (fieldText(form, 'section') !== 'begin')
    return settingsAction(scope, form, { names: ['numbering'], locale, address })
  const section = `begin-${fieldText(form, 'kind')}`
  const refuse = (refused: FormState, status: number) => data({ section, refused } satisfies SettingsAnswer, status)
  const parsed = parseForm(BeginInput, form, locale)
  if (!parsed.ok) return refuse(parsed, 422)
  try {
    await startSeries(scope.app, scope.actor, parsed.value)
    return redirectWithFlash(address, 'saved')
  } catch (error) {
    if (!isProblem(error) || error.kind === 'forbidden') throw error
    return refuse({ ...refusedForm(error, form, locale), message: problemText(error, locale) }, formStatus(error))
  }
}

export default function NumberingPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(staffSettingsMessages)
  const { numbering, next, series, tabs } = loaderData
  const { values } = numbering
  return (
    <FormPage
      title={words.titles.numbering}
      text={words.texts.numbering}
      tabs={<SettingsTabs shown={tabs} />}
      aside={
        <div className="grid gap-5">
          <Card title={words.next} text={words.exampleText}>
            <FactList
              facts={next.map(({ kind, number }) => ({
                label: words.nextKinds[kind],
                value: <span className="font-mono break-all">{number}</span>,
              }))}
            />
          </Card>
          <Card title={words.series}>
            {series.length === 0 ? (
              <p className="text-table text-muted">{words.noSeries}</p>
            ) : (
              <FactList
                facts={series.map((each) => ({
                  label: each.name,
                  value: (
                    <>
                      {words.seriesOf[each.kind]}:{' '}
                      {each.given > 0 ? words.given(each.first, each.next - 1) : words.nothingGiven}
                      <span className="block text-muted">{words.nextIs(each.next)}</span>
                    </>
                  ),
                }))}
              />
            )}
          </Card>
        </div>
      }
    >
      <div className="grid gap-5">
        <SettingsCard section={numbering} answer={actionData} here={paths.staffSettingsNumbering()}>
          <Field
            name="seriesPrefix"
            initial={values.seriesPrefix}
            hint={words.hints.seriesPrefix}
            className="max-w-sm"
            maxLength={20}
            autoComplete="off"
            mono
          />
          <Field name="invoiceFormat" initial={values.invoiceFormat} maxLength={60} autoComplete="off" mono required />
          <Field
            name="creditNoteFormat"
            initial={values.creditNoteFormat}
            hint={words.hints.format}
            maxLength={60}
            autoComplete="off"
            mono
            required
          />
          <Checkbox name="numberedAtIssue" initial={values.numberedAtIssue} hint={words.hints.numberedAtIssue} />
        </SettingsCard>
        {next
          .filter(({ begun }) => !begun)
          .map((each) => (
            <Begin key={each.kind} next={each} answer={actionData} />
          ))}
      </div>
    </FormPage>
  )
}

/** A series of which no number is given yet may follow on from another system's. */
function Begin({ next: { kind, series, next }, answer }: { next: NextNumber; answer: SettingsAnswer | undefined }) {
  const words = useMessages(staffSettingsMessages)
  const id = `begin-${kind}`
  return (
    <Card title={`${words.begin}: ${words.seriesOf[kind]}`} text={words.beginText(series)}>
      <ActionForm
        id={id}
        state={answer?.section === id ? answer.refused : undefined}
        labels={words.labels}
        summary={false}
        className="max-w-sm"
      >
        <input type="hidden" name="section" value="begin" />
        <input type="hidden" name="kind" value={kind} />
        <Field name="first" type="number" min={1} initial={next} required />
        <FormActions>
          <SubmitButton variant="secondary">{words.beginWith}</SubmitButton>
        </FormActions>
      </ActionForm>
    </Card>
  )
}
