import { upgrade } from './change-story.ts'
import { dispute, refund } from './money-back-stories.ts'
import { purchase } from './purchase-story.ts'
import { decline, payWhileSuspended, renew } from './renewal-stories.ts'
import type { Life } from './life.ts'
import type { Story } from './story.ts'

/** The workflows that are struck, in the order in which one customer can live through them. */
export const stories: readonly Story[] = [purchase, upgrade, refund, dispute, renew, decline, payWhileSuspended]

/** Throws for a name that no story has. */
export function storyOf(name: string): Story {
  const found = stories.find((story) => story.name === name)
  if (!found) throw new Error(`${name} is none of ${stories.map((story) => story.name).join(', ')}`)
  return found
}

/** What has to be lived through, without faults, before a story can begin; none when it can. */
export function leadTo(story: Story, life: Life | undefined): Story | undefined {
  const standing = life?.standing ?? 'nobody'
  if (story.from.includes(standing)) return undefined
  if (!life) return purchase
  if (standing === 'suspended') return payWhileSuspended
  return story.from.includes('suspended') ? decline : purchase
}
