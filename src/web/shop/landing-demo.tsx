import { landingMessages } from '../messages/landing.ts'
import { Mark } from '../ui/brand.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Steps, type StepState } from '../ui/steps.tsx'

const STATES: [StepState, string][] = [
  ['done', '0:02'],
  ['done', '0:03'],
  ['done', '0:21'],
  ['done', '0:27'],
  ['running', ''],
]

/** The page a customer sees after paying, drawn with the same parts. The address is one reserved for documentation. */
export function DemoCard({ image, region }: { image: string | undefined; region: string | undefined }) {
  const words = useMessages(landingMessages).demo
  const facts = [
    [words.address, '203.0.113.24'],
    [words.image, image],
    [words.region, region],
  ] as const
  return (
    <figure aria-label={words.label} className="relative">
      <div
        aria-hidden="true"
        className="absolute -inset-4 -z-0 rounded-[1.25rem] border border-line bg-canvas sm:-inset-6"
      />
      <div className="relative overflow-hidden rounded-card border border-line bg-surface shadow-float">
        <div className="flex items-center gap-3 border-b border-line px-5 py-4">
          <Mark className="size-8" />
          <div className="min-w-0 flex-1">
            <p className="font-mono text-md font-medium">{words.name}</p>
            <p className="text-sm text-muted">{words.waiting}</p>
          </div>
          <span className="text-md">
            <StateBadge state="provisioning" />
          </span>
        </div>
        <div className="grid gap-6 p-5 text-md sm:grid-cols-[1fr_auto]">
          <Steps
            label={words.label}
            steps={words.steps.map((title, index) => ({
              name: title,
              title,
              state: STATES[index]?.[0] ?? 'waiting',
              aside: STATES[index]?.[1],
            }))}
          />
          <dl className="grid content-start gap-3 border-line max-sm:grid-cols-2 max-sm:border-t max-sm:pt-5 sm:min-w-36 sm:border-l sm:pl-5">
            {facts.map(
              ([label, value]) =>
                value !== undefined && (
                  <div key={label} className="min-w-0">
                    <dt className="text-sm text-muted">{label}</dt>
                    <dd className={label === words.address ? 'mt-0.5 font-mono text-sm' : 'mt-0.5'}>{value}</dd>
                  </div>
                ),
            )}
          </dl>
        </div>
      </div>
    </figure>
  )
}
