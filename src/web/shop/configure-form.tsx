import type { ReactNode } from 'react'
import type { ItemConfiguration } from '#modules/orders/item-configuration.ts'
import { buyMessages } from '../messages/buy.ts'
import { shopMessages } from '../messages/shop.ts'
import { Button } from '../ui/button.tsx'
import { RadioCards } from '../ui/choice.tsx'
import { Field, Textarea } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { capitalised, usePeriodWords } from '../ui/period.ts'
import { useMessages } from '../ui/site.tsx'
import { type Choices, optionField } from './configure-view.ts'
import { Extras } from './configure-extras.tsx'
import { usePrice } from './configure-price.ts'
import { OrderSummary } from './order-summary.tsx'

import { Money } from '../ui/values.tsx'
import type { SummaryView } from './quote-view.ts'

type Props = {
  itemId: string | undefined
  currency: string
  initial: ItemConfiguration
  choices: Choices
  summary: SummaryView | undefined
  state: FormState | undefined
}

const KEY_COMMAND = 'ssh-keygen -t ed25519 && cat ~/.ssh/id_ed25519.pub'

/** Everything about a server on one page with its price beside it. */
export function ConfigureForm({ itemId, currency, initial, choices, summary, state }: Props) {
  const words = useMessages(buyMessages).configure
  const periodWords = usePeriodWords()
  const complains = state !== undefined && (Object.keys(state.errors).length > 0 || state.message !== undefined)
  const labels = {
    ...words.labels,
    ...Object.fromEntries(choices.options.map((option) => [optionField(option.code), option.name])),
  }
  return (
    <ActionForm state={state} labels={labels} summary={complains} className="mt-10">
      <input type="hidden" name="currency" value={currency} />
      {itemId !== undefined && <input type="hidden" name="item" value={itemId} />}
      <div className="grid items-start gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-10">
          <Sizes choices={choices} currency={currency} initial={initial} />
          <RadioCards
            name="period"
            columns={2}
            initial={initial.period}
            options={choices.periods.map((period) => ({
              value: period,
              title: capitalised(periodWords(period).adverb),
              text: period === 'once' ? words.paidOnce : words.renewsEvery(periodWords(period).every),
            }))}
          />
          <RadioCards
            name="region"
            columns={2}
            initial={initial.region}
            options={choices.regions.map((region) => ({
              value: region.slug,
              title: region.name,
              text: region.few
                .map(({ plan, left }) => (left === 0 ? words.soldOut(plan) : words.left(plan, left)))
                .join(' · '),
            }))}
          />
          <RadioCards
            name="image"
            columns={2}
            initial={initial.image}
            options={choices.images.map((image) => ({ value: image.slug, title: image.name }))}
          />
          <Field
            name="hostname"
            initial={initial.hostname}
            hint={words.hostnameHint}
            required
            maxLength={253}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            mono
          />
          <KeyField initial={initial.sshKey} />
          {choices.options.length > 0 && <Extras choices={choices} currency={currency} initial={initial} />}
        </div>
        <aside className="rounded-card border border-line bg-surface p-6 lg:sticky lg:top-24">
          <Total summary={summary} />
          <Button
            type="submit"
            variant="primary"
            size="large"
            wide
            name="intent"
            value="add"
            className="mt-6 max-lg:hidden"
          >
            {itemId === undefined ? words.add : words.save}
          </Button>
          <div className="mt-3 hidden noscript:block">
            <Button type="submit" wide name="intent" value="quote">
              {words.update}
            </Button>
          </div>
        </aside>
      </div>
      <TotalBar summary={summary}>
        <Button type="submit" variant="primary" name="intent" value="add">
          {itemId === undefined ? words.add : words.save}
        </Button>
      </TotalBar>
    </ActionForm>
  )
}

export type Part = Pick<Props, 'choices' | 'currency' | 'initial'>

function Sizes({ choices, currency, initial }: Part) {
  const words = useMessages(buyMessages).configure
  const { soldOut, left } = useMessages(shopMessages)
  const price = usePrice(currency)
  return (
    <RadioCards
      name="plan"
      initial={initial.plan}
      options={choices.plans.map((plan) => ({
        value: plan.slug,
        title: plan.name,
        text: words.size(plan.cores, plan.memoryGb, plan.diskGb),
        disabled: plan.left === 0,
        aside: (
          <>
            {choices.periods.map((period) => (
              <span key={period} className="block not-first:text-muted">
                {price(plan.amounts, period)}
              </span>
            ))}
            {plan.left !== undefined && (
              <span className="block text-sm font-medium text-warn">{plan.left === 0 ? soldOut : left(plan.left)}</span>
            )}
          </>
        ),
      }))}
    />
  )
}

function KeyField({ initial }: { initial: string }) {
  const words = useMessages(buyMessages).configure
  return (
    <div>
      <Textarea
        name="sshKey"
        initial={initial}
        hint={words.sshKeyHint}
        required
        rows={4}
        maxLength={10_000}
        placeholder="ssh-ed25519 AAAA…"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        mono
      />
      <details className="mt-2 text-md">
        <summary className="w-fit text-brand-ink">{words.sshKeyHow}</summary>
        <p className="mt-2 text-muted">{words.sshKeyHowText}</p>
        <pre className="mt-2 overflow-x-auto rounded-control border border-line bg-sunken px-3 py-2 text-sm">
          {KEY_COMMAND}
        </pre>
      </details>
    </div>
  )
}

/** What the island takes over from the server's answer; the old amounts stay until the new ones are there. */
function Total({ summary }: { summary: SummaryView | undefined }) {
  const words = useMessages(buyMessages)
  const { facts } = useMessages(shopMessages)
  return (
    <ez-quote
      id="total"
      aria-live="polite"
      class="block transition-opacity duration-120 data-busy:opacity-60 data-busy:delay-150"
    >
      <h2 className="mb-4 text-lg font-semibold">{words.summary.title}</h2>
      {summary ? <OrderSummary view={summary} names={false} /> : <p className="text-muted">{facts.notSold}</p>}
      {summary && <input type="hidden" name="quoted" value={String(summary.items[0]?.amountMinor ?? '')} />}
    </ez-quote>
  )
}

/** On phones the total stays in sight at the foot of the screen, with the button that goes on. */
function TotalBar({ summary, children }: { summary: SummaryView | undefined; children: ReactNode }) {
  const words = useMessages(buyMessages).summary
  return (
    <div className="sticky bottom-0 z-20 -mx-5 flex items-center justify-between gap-4 border-t border-line bg-surface px-5 py-3 sm:-mx-8 sm:px-8 lg:hidden">
      <ez-quote id="total-bar" class="block transition-opacity duration-120 data-busy:opacity-60 data-busy:delay-150">
        <p className="text-sm text-muted">{words.today}</p>
        {summary && (
          <Money
            minor={summary.totalMinor}
            currency={summary.currency}
            className="text-xl font-semibold tracking-tight"
          />
        )}
      </ez-quote>
      {children}
    </div>
  )
}
