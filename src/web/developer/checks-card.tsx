import { ShieldCheck } from 'lucide-react'
import type { Finding } from '#platform/invariant.ts'
import { formatNumber } from '#platform/i18n.ts'
import { developerMessages } from '../messages/developer.ts'
import { Subject } from '../staff/parts.tsx'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'

export type CheckAnswer = { ok: true; checks: number; ms: number; findings: Finding[] }

/** Runs the invariants and lists what they found. */
export function Checks({ answer }: { answer: CheckAnswer | undefined }) {
  const words = useMessages(developerMessages)
  const locale = useLocale()
  return (
    <Card title={words.checks} text={words.checksText}>
      <ActionForm id="check" className="mb-3 justify-items-start last:mb-0">
        <SubmitButton variant="secondary" name="do" value="check">
          <ShieldCheck aria-hidden="true" />
          {words.runChecks}
        </SubmitButton>
      </ActionForm>
      {answer && (
        <Notice
          tone={answer.findings.length === 0 ? 'ok' : 'bad'}
          title={
            answer.findings.length === 0 ? words.checksGood(answer.checks) : words.checksBroken(answer.findings.length)
          }
          live
        >
          {words.ranIn(formatNumber(answer.ms, locale))}
        </Notice>
      )}
      {answer && answer.findings.length > 0 && (
        <ul className="mt-3 grid gap-2 text-table">
          {answer.findings.map(({ invariant, message, subjectId }) => (
            <li key={`${invariant}${message}`} className="flex flex-wrap items-baseline gap-x-2">
              <Badge tone="bad">{invariant}</Badge>
              <span className="min-w-0 flex-1 break-words">{message}</span>
              {subjectId !== undefined && <Subject id={subjectId} />}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
