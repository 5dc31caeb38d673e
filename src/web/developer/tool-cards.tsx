import { ExternalLink } from 'lucide-react'
import { developerMessages } from '../messages/developer.ts'
import { paths } from '../paths.ts'
import { CardRows } from '../staff/card-rows.tsx'
import { AllLink } from '../staff/parts.tsx'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, CopyId, Time } from '../ui/values.tsx'
import type { DeveloperData } from './developer-page.tsx'

/** Where the simulated vendors are seen. */
export function Simulators({ simulators }: Pick<DeveloperData, 'simulators'>) {
  const words = useMessages(developerMessages)
  const places = [
    [words.mailbox, words.mailboxText, simulators.mailbox],
    [words.console, words.consoleText, simulators.console],
    [words.stripe, words.apiText, simulators.stripe],
    [words.proxmox, words.apiText, simulators.proxmox],
  ] as const
  return (
    <Card title={words.simulators} text={words.simulatorsText} flush>
      <ul>
        {places.map(([label, text, address]) => (
          <li
            key={label}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-5 py-2.5 last:border-b-0"
          >
            <div className="min-w-0 flex-1 basis-48">
              <p className="font-medium">{label}</p>
              <p className="text-sm text-muted">{text}</p>
            </div>
            {address === undefined ? (
              <span className="text-sm text-muted">{words.notSimulated}</span>
            ) : (
              <a href={address} target="_blank" rel="noreferrer" className="inline-flex items-center gap-1.5 link">
                <Code>{address.replace('http://', '')}</Code>
                <ExternalLink aria-hidden="true" className="size-3.5" />
              </a>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** The two logins every fresh database has. */
export function Logins({ logins }: Pick<DeveloperData, 'logins'>) {
  const words = useMessages(developerMessages)
  return (
    <Card title={words.logins} text={words.loginsText} flush>
      <ul>
        {(['customer', 'staff'] as const).map((who) => (
          <li
            key={who}
            className="grid gap-x-4 border-b border-line px-5 py-2.5 last:border-b-0 sm:grid-cols-[5rem_minmax(0,auto)_minmax(0,auto)] sm:items-center"
          >
            <p className="font-medium">{words[who]}</p>
            <CopyId value={logins[who].email} />
            <CopyId value={logins[who].password} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** What the worker did last. */
export function RecentJobs({ jobs }: { jobs: NonNullable<DeveloperData['jobs']> }) {
  const words = useMessages(developerMessages)
  return (
    <Card title={words.jobs} actions={<AllLink to={paths.staffJobs({ view: 'done' })} />} flush>
      <CardRows
        label={words.jobs}
        empty={words.noJobs}
        wide
        rows={jobs.map((job) => ({
          key: job.id,
          title: <Code>{job.job}</Code>,
          state: <StateBadge state={job.state} />,
          text: job.error,
          aside: <Time at={job.completedAt ?? job.createdAt} />,
        }))}
      />
    </Card>
  )
}
