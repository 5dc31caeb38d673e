import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { LinkButton, SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { CopyId } from '../ui/values.tsx'
import { AllLink } from './parts.tsx'
import type { VersionData } from './version-page.tsx'
import type { DifferenceWords } from './version-view.ts'

/** What can be done with a version as it stands. */
export function VersionActions({ loaded: { version, name, may } }: { loaded: VersionData }) {
  const words = useMessages(staffVersionsMessages)
  const revision = String(version.revision)
  return (
    <>
      {may.preview && (
        <ActionForm id="preview" className="">
          <input type="hidden" name="do" value="preview" />
          <SubmitButton variant="secondary">{words.preview}</SubmitButton>
        </ActionForm>
      )}
      {may.edit && <LinkButton to={paths.staffDraft(version.id)}>{words.edit}</LinkButton>}
      {may.discard && (
        <ConfirmButton
          label={words.discard}
          title={words.discardTitle}
          confirm={words.discard}
          fields={{ do: 'discard' }}
        >
          <p>{words.discardText}</p>
        </ConfirmButton>
      )}
      {may.cancelPlan && (
        <ActionForm id="cancel" className="">
          <input type="hidden" name="do" value="cancel_plan" />
          <SubmitButton variant="secondary">{words.cancelPlan}</SubmitButton>
        </ActionForm>
      )}
      {may.publish && (
        <ConfirmButton
          label={words.publish}
          variant="primary"
          danger={false}
          title={words.publishTitle(name)}
          confirm={words.publish}
          fields={{ do: 'publish', revision }}
        >
          <p>{words.publishText}</p>
        </ConfirmButton>
      )}
      {may.rollBack && (
        <ConfirmButton
          label={words.rollBack}
          variant="primary"
          danger={false}
          title={words.rollBackTitle(version.number)}
          confirm={words.rollBack}
          fields={{ do: 'roll_back' }}
        >
          <p>{words.rollBackText}</p>
        </ConfirmButton>
      )}
    </>
  )
}

/** The link of a preview that was just made. */
export function PreviewLink({ path, origin, days }: { path: string; origin: string; days: number }) {
  const words = useMessages(staffVersionsMessages)
  return (
    <Notice
      tone="ok"
      title={words.previewTitle}
      live
      action={
        <a href={path} className="link">
          {words.openPreview}
        </a>
      }
    >
      <p>{words.previewText(days)}</p>
      <CopyId value={origin + path} />
    </Notice>
  )
}

/** The day on which a draft shall be published. */
export function PlanCard({
  revision,
  zone,
  earliest,
  state,
}: {
  revision: number
  zone: string
  earliest: string
  state: FormState | undefined
}) {
  const words = useMessages(staffVersionsMessages)
  return (
    <Card title={words.plan} text={words.planText(zone)}>
      <ActionForm id="plan" state={state} labels={words.labels} summary={false} className="gap-4">
        <input type="hidden" name="do" value="plan" />
        <input type="hidden" name="revision" value={revision} />
        <Field name="on" type="date" min={earliest} required />
        <FormActions>
          <SubmitButton variant="secondary">{words.planButton}</SubmitButton>
        </FormActions>
      </ActionForm>
    </Card>
  )
}

/** What changes, one thing on each line. */
export function Differences({ rows, isOpen }: { rows: DifferenceWords[]; isOpen: boolean }) {
  const words = useMessages(staffVersionsMessages)
  return (
    <Card
      title={isOpen ? words.differencesLive : words.differencesPast}
      text={isOpen ? words.differencesLiveText : words.differencesPastText}
      flush
    >
      {rows.length === 0 && <p className="p-5 text-muted">{words.same}</p>}
      <ul className="text-table">
        {rows.map(({ key, what, field, note, before, after }) => (
          <li key={key} className="border-b border-line px-5 py-2.5 last:border-b-0">
            <span className="font-medium">{what}</span>
            {note !== undefined && ` ${note}`}
            {field !== undefined && <span className="text-muted">{` · ${field}`}</span>}
            {field !== undefined && (
              <p className="break-words">
                {before && <del className="text-muted decoration-line-strong">{before}</del>}
                {before && <span aria-hidden="true"> → </span>}
                <ins className="no-underline">{after}</ins>
              </p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** How many agreements have the plans that change, and what that means to them. */
export function AffectedCard({ rows, mayReprice }: { rows: VersionData['affected']; mayReprice: boolean }) {
  const words = useMessages(staffVersionsMessages)
  const locale = useLocale()
  return (
    <Card title={words.affected} text={words.affectedText} flush>
      <ul className="text-table">
        {rows.map((row) => (
          <li
            key={row.planId}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-5 py-2.5 last:border-b-0"
          >
            <span className="min-w-0 flex-1 basis-56">
              <span className="font-medium">{row.name[locale]}</span>
              <span className="block text-muted">{row.retires ? words.retires : words.reprices}</span>
            </span>
            <span className="tabular">{words.subscriptions(row.subscriptions)}</span>
            {mayReprice && row.reprices && (
              <AllLink to={paths.staffRepricingNew(row.planId)} label={words.repriceLink} />
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
