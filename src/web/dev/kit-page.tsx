import { Plus, RotateCw } from 'lucide-react'
import { type ActionFunctionArgs, data, useActionData } from 'react-router'
import { z } from 'zod'
import { localeContext } from '../context.ts'
import { Button, LinkButton, SubmitButton } from '../ui/button.tsx'
import { Card, Figure } from '../ui/card.tsx'
import { Checkbox, RadioCards } from '../ui/choice.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field, Select, Textarea } from '../ui/field.tsx'
import { ActionForm, FieldGroup, FormActions } from '../ui/form.tsx'
import { parseForm } from '../ui/form-state.ts'
import { Menu, MenuItem, MenuLink } from '../ui/menu.tsx'
import { Notice } from '../ui/notice.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { ProgressRow, Steps } from '../ui/steps.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Timeline } from '../ui/timeline.tsx'
import { useToast } from '../ui/toasts.tsx'
import { CopyId, KeyValue, Money, Time } from '../ui/values.tsx'
import { KitTable } from './kit-table.tsx'

const Order = z.object({
  hostname: z.string().min(3),
  email: z.email(),
  password: z.string().min(12),
  region: z.enum(['fra', 'lju']),
  key: z.string().min(20),
  image: z.string(),
  backups: z.literal('on').optional(),
})

export async function action({ request, context }: ActionFunctionArgs) {
  const form = parseForm(Order, await request.formData(), context.get(localeContext))
  return form.ok ? { ok: true as const } : data(form, 422)
}

const STATES =
  'active running provisioning pending open paid overdue past_due draft void suspended stopped failed terminated retry waiting unknown'.split(
    ' ',
  )

/** Every part of the kit on one page, for the eyes of whoever changes it. Routed in development only. */
export default function KitPage() {
  return (
    <ObjectPage
      title="web-1.example.com"
      state={<StateBadge state="running" />}
      id="srv_01jd8m3k5x7qz9w2t4v6y8a0b2"
      back={{ to: '..', label: 'Services' }}
      actions={<Actions />}
      tabs={
        <Tabs
          label="Parts"
          tabs={[
            { to: '.', label: 'Overview' },
            { to: './activity', label: 'Activity', count: 12 },
            { to: './settings', label: 'Settings' },
          ]}
        />
      }
      notice={
        <Notice tone="warn" title="The next payment is overdue" action={<LinkButton to=".">Pay now</LinkButton>}>
          The server keeps running until 1 December.
        </Notice>
      }
      aside={<Aside />}
    >
      <div className="grid grid-cols-2 gap-4">
        <Figure label="Balance" value={<Money minor={-123_456n} currency="EUR" />} text="2 invoices open" />
        <Figure label="Servers" value="1,204" />
      </div>
      <ProgressRow title="Restarting" text="Waiting for the machine to answer" share={0.6} />
      <Card title="States">
        <div className="flex flex-wrap gap-2">
          {STATES.map((state) => (
            <StateBadge key={state} state={state} />
          ))}
        </div>
      </Card>
      <KitTable />
      <Card title="Order" text="Every kind of field">
        <OrderForm />
      </Card>
      <Notice tone="ok" title="Saved" />
      <Notice tone="bad" title="Your card was declined">
        Please use another card. Nothing was charged.
      </Notice>
      <Notice tone="info">A plain word of information.</Notice>
      <Card flush title="Nothing">
        <EmptyState
          title="No servers yet"
          text="Order the first one; it takes about a minute."
          action={<Button variant="primary">Order a server</Button>}
        />
      </Card>
      <Skeleton className="h-24" />
    </ObjectPage>
  )
}

function Actions() {
  const toast = useToast()
  return (
    <>
      <Button onClick={() => toast({ text: 'Tag removed', undo: { label: 'Undo', run: () => undefined } })}>
        <RotateCw aria-hidden="true" />
        Toast
      </Button>
      <Button variant="primary">
        <Plus aria-hidden="true" />
        Primary
      </Button>
      <Button variant="quiet">Quiet</Button>
      <Button busy>Saving</Button>
      <ConfirmButton
        label="Force stop"
        variant="danger"
        title="Force stop web-1?"
        confirm="Force stop"
        fields={{ intent: 'stop' }}
        typed={{ label: 'Type web-1 to go on', value: 'web-1' }}
      >
        <p>The machine loses power at once. Unsaved data is lost; the disk stays.</p>
      </ConfirmButton>
      <Menu label="More" trigger="More" triggerClass="px-2">
        <MenuLink to=".">Rename</MenuLink>
        <MenuItem>Rescue</MenuItem>
        <MenuItem danger>Cancel</MenuItem>
      </Menu>
    </>
  )
}

function Aside() {
  return (
    <>
      <Card title="Facts">
        <KeyValue
          facts={[
            { label: 'Address', value: <CopyId value="203.0.113.24" /> },
            { label: 'Plan', value: 'Professional' },
            {
              label: 'Next payment',
              value: (
                <>
                  <Money minor={2900n} currency="EUR" /> on <Time at="2026-12-01T00:00:00Z" format="date" />
                </>
              ),
            },
          ]}
        />
      </Card>
      <Card title="Setup">
        <Steps
          label="Setup"
          steps={[
            { name: 'a', title: 'Address reserved', state: 'done', aside: '0:02' },
            { name: 'b', title: 'Disk cloned', state: 'done', aside: '0:19' },
            { name: 'c', title: 'Starting the machine', state: 'running', text: 'Waiting for the node' },
            { name: 'd', title: 'Answering', state: 'waiting' },
            { name: 'e', title: 'Broken', state: 'failed', text: 'The node did not answer' },
            { name: 'f', title: 'Undone', state: 'undone' },
          ]}
        />
      </Card>
      <Card title="Activity">
        <Timeline
          label="Activity"
          items={[
            {
              id: '1',
              at: new Date(Date.now() - 120_000).toISOString(),
              title: 'Restarted by Ana Novak',
              tone: 'info',
            },
            {
              id: '2',
              at: new Date(Date.now() - 7_200_000).toISOString(),
              title: 'Invoice 2026-00042 paid',
              tone: 'ok',
            },
            { id: '3', at: '2026-10-01T08:00:00Z', title: 'Ordered', text: 'Professional, monthly' },
          ]}
        />
      </Card>
    </>
  )
}

const LABELS = {
  hostname: 'Hostname',
  email: 'Email',
  password: 'Password',
  region: 'Region',
  key: 'SSH public key',
  image: 'System',
  backups: 'Daily backups',
}

function OrderForm() {
  const state = useActionData<typeof action>()
  return (
    <ActionForm state={state} labels={LABELS}>
      <FieldGroup legend="Server" hint="You can rename it later.">
        <Field name="hostname" placeholder="web-1.example.com" hint="Letters, digits, dots and hyphens." mono />
        <div className="grid gap-5 sm:grid-cols-2">
          <Field name="email" type="email" autoComplete="email" />
          <Field name="password" type="password" autoComplete="new-password" />
        </div>
        <Select
          name="region"
          placeholder="Choose one"
          options={[
            { value: 'fra', label: 'Frankfurt' },
            { value: 'lju', label: 'Ljubljana' },
          ]}
        />
        <Textarea name="key" mono rows={3} required={false} />
        <RadioCards
          name="image"
          columns={2}
          initial="debian"
          options={[
            { value: 'debian', title: 'Debian 13', text: 'Quiet and lasting', aside: 'Free' },
            { value: 'ubuntu', title: 'Ubuntu 26.04', text: 'Widely known', aside: 'Free' },
            { value: 'alma', title: 'AlmaLinux 10', text: 'Compatible with RHEL' },
            { value: 'off', title: 'Not here', disabled: true },
          ]}
        />
        <Checkbox name="backups" hint="Kept for 14 days." />
      </FieldGroup>
      <FormActions>
        <SubmitButton>Place order</SubmitButton>
        <Button>Cancel</Button>
      </FormActions>
    </ActionForm>
  )
}
