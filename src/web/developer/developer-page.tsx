import { data } from 'react-router'
import { z } from 'zod'
import { checks, runChecks } from '#app/checks.ts'
import { DEMO_CUSTOMER, DEMO_STAFF } from '#app/demo-logins.ts'
import { moveClock } from '#modules/accounts/move-clock.ts'
import { listQueuedJobs } from '#modules/accounts/queued-jobs.ts'
import { Problem } from '#platform/problem.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { developerMessages } from '../messages/developer.ts'
import { paths } from '../paths.ts'
import { staffScope } from '../staff/access.ts'
import { Refusal } from '../staff/parts.tsx'
import { iso, isoOrNull } from '../staff/view.ts'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { PageHeader } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Checks, type CheckAnswer } from './checks-card.tsx'
import { ClockCard } from './clock-card.tsx'
import { Logins, RecentJobs, Simulators } from './tool-cards.tsx'
import type { Route } from './+types/developer-page'

/** The product as in production has no such page. */
function developerScope(context: Route.LoaderArgs['context']) {
  const scope = staffScope(context)
  if (scope.app.config.mode !== 'simulated') throw new Problem('not_found', 'page_not_found', 'There is no such page.')
  return scope
}

export async function loader({ context }: Route.LoaderArgs) {
  const { app, actor, may } = developerScope(context)
  const { ports } = app.config.simulators
  const { stripe, proxmox, smtp } = app.config
  const local = (port: number): string => `http://localhost:${port}`
  const jobs = may('job.read') ? await listQueuedJobs(app, actor, { view: 'done', limit: 12 }) : undefined
  return {
    clock: {
      now: iso(app.clock.now()),
      wall: iso(app.clock.wallClock()),
      offsetSeconds: app.clock.offsetSeconds(),
      mayMove: may('clock.move'),
    },
    simulators: {
      console: stripe.simulated || proxmox.simulated || smtp.simulated ? local(ports.console) : undefined,
      mailbox: smtp.simulated ? local(ports.mail) : undefined,
      stripe: stripe.simulated ? local(ports.stripe) : undefined,
      proxmox: proxmox.simulated ? local(ports.proxmox) : undefined,
    },
    logins: { customer: DEMO_CUSTOMER, staff: DEMO_STAFF },
    jobs: jobs?.rows.map(({ id, job, state, tries, error, createdAt, completedAt }) => ({
      id,
      job,
      state,
      tries,
      error,
      createdAt: iso(createdAt),
      completedAt: isoOrNull(completedAt),
    })),
  }
}

const MoveInput = z.object({ do: z.literal('move'), by: z.string().max(40).default('') })
const OtherInput = z.object({ do: z.enum(['reset', 'check']) })

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = developerScope(context)
  const form = await request.formData()
  const locale = context.get(localeContext)
  const parsed = parseForm(form.get('do') === 'move' ? MoveInput : OtherInput, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const input = parsed.value
  if (input.do === 'check') {
    const began = performance.now()
    const findings = await runChecks(app)
    return {
      ok: true as const,
      checks: checks.length,
      ms: Math.round(performance.now() - began),
      findings,
    } satisfies CheckAnswer
  }
  const moved = await tryForm(form, locale, () =>
    moveClock(app, actor, input.do === 'move' ? { by: input.by } : 'reset'),
  )
  if (moved.ok) return redirectWithFlash(paths.developer(), 'clockMoved')
  const { message, ...refused } = moved
  return data(input.do === 'move' && message ? { ...refused, errors: { by: message } } : moved, 422)
}

export default function DeveloperPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(developerMessages)
  const refused = actionData && !actionData.ok ? actionData : undefined
  const checked = actionData?.ok ? actionData : undefined
  return (
    <>
      <PageHeader title={words.title} text={words.text} />
      {refused && Object.keys(refused.errors).length === 0 && (
        <div className="mb-5">
          <Refusal state={refused} />
        </div>
      )}
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <div className="grid min-w-0 gap-5">
          <ClockCard clock={loaderData.clock} refused={refused} />
          <Logins logins={loaderData.logins} />
        </div>
        <div className="grid min-w-0 gap-5">
          <Simulators simulators={loaderData.simulators} />
          <Checks answer={checked} />
        </div>
        {loaderData.jobs && (
          <div className="lg:col-span-2">
            <RecentJobs jobs={loaderData.jobs} />
          </div>
        )}
      </div>
    </>
  )
}

export type DeveloperData = Route.ComponentProps['loaderData']
