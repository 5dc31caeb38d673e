import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { SectionName } from '#modules/billing/settings/change-settings.ts'
import { staffSettingsMessages } from '../../messages/staff-settings.ts'
import { SubmitButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, FormActions } from '../../ui/form.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useMessages } from '../../ui/site.tsx'
import { Time } from '../../ui/values.tsx'
import type { SettingChange } from './describe-settings.ts'
import type { SettingsAnswer, SettingsReview, ShownSection } from './settings-section.ts'

/** Settings that are saved together: their form, or what saving would change, and what was changed before. */
export function SettingsCard<K extends SectionName>({
  section,
  answer,
  here,
  labels = {},
  children,
}: {
  section: Omit<ShownSection<K>, 'values'>
  answer: SettingsAnswer | undefined
  /** The page's own address. */
  here: string
  /** Names of fields that the words do not have: lines of a list. */
  labels?: Record<string, string>
  children: ReactNode
}) {
  const words = useMessages(staffSettingsMessages)
  const mine = answer?.section === section.name ? answer : undefined
  const text = words.sectionTexts[section.name]
  return (
    <Card
      title={words.sections[section.name]}
      {...(text ? { text } : {})}
      {...(section.history.length > 0 ? { footer: <History section={section} here={here} /> } : {})}
    >
      {mine?.review ? (
        <Review review={mine.review} />
      ) : (
        <ActionForm
          id={section.name}
          key={section.restored ?? 'now'}
          action={here}
          state={mine?.refused ?? mine?.draft}
          labels={{ ...words.labels, ...labels }}
          summary={mine?.refused !== undefined}
        >
          <input type="hidden" name="section" value={section.name} />
          <input type="hidden" name="basis" value={section.basis} />
          {section.restored && (
            <Notice
              tone="info"
              action={
                <Link to={here} className="link">
                  {words.restoreCancel}
                </Link>
              }
            >
              {words.restored}
            </Notice>
          )}
          {children}
          <FormActions>
            <SubmitButton variant="secondary" name="do" value="review">
              {words.review}
            </SubmitButton>
          </FormActions>
        </ActionForm>
      )}
    </Card>
  )
}

/** What would change, what follows from it, and the two ways on. */
function Review({ review: { changes, effects, fields } }: { review: SettingsReview }) {
  const words = useMessages(staffSettingsMessages)
  return (
    <div className="grid gap-4" role="status">
      <p className="font-medium">{changes.length > 0 ? words.reviewTitle : words.reviewSame}</p>
      {changes.length > 0 && <Changes changes={changes} />}
      {changes.length > 0 && effects.length > 0 && (
        <ul className="grid list-disc gap-1 pl-5 text-sm text-muted">
          {effects.map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
      )}
      <ActionForm id="review">
        {fields.map(([name, value], index) => (
          <input key={`${name}${index}`} type="hidden" name={name} value={value} />
        ))}
        <FormActions>
          {changes.length > 0 && (
            <SubmitButton name="do" value="save">
              {words.save}
            </SubmitButton>
          )}
          <SubmitButton variant="secondary" name="do" value="edit">
            {words.back}
          </SubmitButton>
        </FormActions>
      </ActionForm>
    </div>
  )
}

/** Each setting as it is, struck through, and as it would be. */
function Changes({ changes }: { changes: readonly SettingChange[] }) {
  return (
    <dl className="grid gap-2">
      {changes.map(({ label, before, after }) => (
        <div key={label} className="grid gap-x-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 break-words whitespace-pre-line">
            {before !== undefined && <del className="text-muted decoration-line-strong">{before}</del>}
            {before !== undefined && after !== undefined && <span aria-hidden="true"> → </span>}
            {after !== undefined && <ins className="font-medium no-underline">{after}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function History<K extends SectionName>({
  section: { history },
  here,
}: {
  section: Pick<ShownSection<K>, 'history'>
  here: string
}) {
  const words = useMessages(staffSettingsMessages)
  return (
    <details>
      <summary className="cursor-pointer">{words.history(history.length)}</summary>
      <ol className="mt-3 grid gap-4">
        {history.map(({ id, at, who, changes }) => (
          <li key={id} className="grid gap-1.5">
            <p>
              <Time at={at} /> · {who}
            </p>
            <Changes changes={changes} />
            <Link to={`${here}?restore=${id}`} className="link w-fit">
              {words.restore}
            </Link>
          </li>
        ))}
      </ol>
    </details>
  )
}
