import type { Life, Standing } from './life.ts'
import type { World } from './world.ts'

/** What a story has when it begins: the product, and the customer who lives in it so far. */
export type Stage = { world: World; life: Life | undefined }

/** How a story ended, as far as it can be told before everything has come to rest. */
export type Told = {
  life: Life
  /** Templates of the mails that it sends to its customer. */
  mails: readonly string[]
  /** What has to be true of it at rest, in sentences about what is not. */
  judge(): Promise<string[]>
}

/**
 * One of the workflows that are struck. Each leaves its customer where another can begin, so that one life serves for many
 * cases, and what comes before a story is another one without faults.
 */
export type Story = {
  name: string
  /** Stories that move business time have a world with a single customer, whose renewals are the only ones. */
  moves: boolean
  from: readonly Standing[]
  /** What comes before the faults, such as the days until a renewal. */
  prepare?(stage: { world: World; life: Life }): Promise<void>
  /** What is struck. Throws GaveUp when it does not get to its end. */
  act(stage: Stage): Promise<Told>
}

/** The customer that a story of an existing one begins with. Throws when there is none. */
export function livingOf({ life }: Stage): Life {
  if (!life) throw new Error('This story needs a customer')
  return life
}
