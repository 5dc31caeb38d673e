import assert from 'node:assert/strict'
import type { z } from 'zod'
import type { FaultRule } from '#platform/simulation.ts'
import type { Product } from './product.ts'

export type Vendor = 'stripe' | 'proxmox' | 'mail'

/** Plans what goes wrong at a vendor, through the simulators' console. */
export async function planFault(product: Product, vendor: Vendor, fault: z.input<typeof FaultRule>): Promise<void> {
  const answer = await fetch(`${product.console}/api/${vendor}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  })
  assert.equal(answer.status, 201, await answer.text())
}

/** The vendor works again. */
export async function endFaults(product: Product, vendor: Vendor): Promise<void> {
  const answer = await fetch(`${product.console}/api/${vendor}/faults`, { method: 'DELETE' })
  assert.equal(answer.status, 204)
}

/** Subjects of the mail somebody got, the oldest first. */
export async function mailTo(product: Product, email: string): Promise<string[]> {
  const answer = await fetch(`${product.mailbox}/api/v1/search?query=to:${email}`)
  const { messages } = (await answer.json()) as { messages: { Subject: string }[] }
  return messages.map((message) => message.Subject).toReversed()
}
