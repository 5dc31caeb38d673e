import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { Life } from './life.ts'
import { GaveUp } from './patient.ts'
import type { Case, Point } from './points.ts'
import { leadTo, storyOf } from './stories.ts'
import type { Story, Told } from './story.ts'
import { judge, mailsOf } from './verdict.ts'
import type { World } from './world.ts'

export type Outcome = {
  violations: string[]
  /** Planned faults whose message never came. */
  missing: string[]
  points: Point[]
  /** How long after a kill its successor took up the conversation. */
  resumedMs: number | undefined
  /** Mails that came twice under one Message-ID. */
  copies: number
  seconds: number
}

/** One world and the customer whose life goes on in it from case to case. */
export type Lane = { world: World; life: Life | undefined }

/** Fifteen seconds are promised; a machine that has the whole campaign to run besides gets some more. */
const RESUME_MS = 20_000
/** A machine with more to do than this for each of its cores says nothing about how soon work goes on. */
const BUSY = 4
const isBusy = (): boolean => loadavg()[0]! > BUSY * availableParallelism()
/** The gateway's messages come by themselves. */
const LAST_STRIKES_MS = 1_500

/** Tells one story with these faults in it, lets everything come to rest, and says what is not as promised. */
export async function runCase(lane: Lane, { story: name, faults }: Case): Promise<Outcome> {
  const began = performance.now()
  const { world } = lane
  const { traffic } = world
  const story = storyOf(name)
  const nothing = { missing: [], points: [], resumedMs: undefined, copies: 0 }
  const seconds = (): number => (performance.now() - began) / 1000
  const before = await leadUp(lane, story)
  if (before.length > 0) return { ...nothing, violations: before, seconds: seconds() }

  world.begin()
  traffic.begin(faults)
  const { violations, copies, missing } = await tell(lane, story)
  violations.push(...world.surprises())
  const resumedMs = traffic.resumedMs()
  if (resumedMs !== undefined && resumedMs > RESUME_MS && !isBusy())
    violations.push(`work went on only ${(resumedMs / 1000).toFixed(1)} s after the kill`)
  return { violations, missing, points: traffic.points(), resumedMs, copies, seconds: seconds() }
}

/** Lives, without faults, until the story can begin. */
async function leadUp(lane: Lane, story: Story): Promise<string[]> {
  const { world } = lane
  world.traffic.begin([])
  try {
    for (let lead = leadTo(story, lane.life); lead; lead = leadTo(story, lane.life)) {
      if (lane.life) await lead.prepare?.({ world, life: lane.life })
      lane.life = (await lead.act(lane)).life
      await settle(world)
    }
    if (lane.life && story.prepare) {
      await story.prepare({ world, life: lane.life })
      await settle(world)
    }
    return []
  } catch (error) {
    return [`before anything was struck: ${wordsOf(error)}`]
  }
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? (error instanceof GaveUp ? error.message : (error.stack ?? error.message)) : String(error)

async function settle({ inspector }: World): Promise<void> {
  const left = await inspector.rest()
  if (left !== undefined) throw new GaveUp(`it did not come to rest: ${left}`)
}

async function tell(lane: Lane, story: Story): Promise<{ violations: string[]; copies: number; missing: string[] }> {
  const { world } = lane
  const violations: string[] = []
  const before = await mailsOf(world, lane.life?.email)
  const told: Told | undefined = await story.act(lane).catch((error: unknown) => {
    // Whatever goes wrong on the way is told of this case; the others still run.
    violations.push(
      error instanceof GaveUp ? `the customer gave up: ${error.message}` : `the story broke off: ${wordsOf(error)}`,
    )
    return undefined
  })
  const missing = await lastStrikes(world)
  await world.recovered()
  violations.push(...(await comeToRest(world)))
  if (!told) return { violations, copies: 0, missing }
  lane.life = told.life
  const verdict = await judge(world, told.life, { before, templates: told.mails })
  violations.push(...(await told.judge()), ...verdict.violations)
  return { violations, copies: verdict.copies, missing }
}

/**
 * Machines are changed and the last mails leave after the customer has been told everything: only at rest is it sure that a
 * message will not come. Gives the faults that did not strike.
 */
async function lastStrikes({ traffic, inspector }: World): Promise<string[]> {
  if (traffic.missing().length > 0) await inspector.rest()
  const deadline = performance.now() + LAST_STRIKES_MS
  while (traffic.missing().length > 0 && performance.now() < deadline) await pause(100)
  const missing = traffic.missing()
  traffic.disarm()
  return missing
}

async function comeToRest({ inspector }: World): Promise<string[]> {
  const left = await inspector.rest()
  if (left !== undefined) return [`it did not come to rest: ${left}`]
  return (await inspector.check()).map((finding) => `ez check: ${finding}`)
}
