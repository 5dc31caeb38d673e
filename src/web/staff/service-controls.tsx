import { Play, Power, RotateCw, Zap } from 'lucide-react'
import { staffServicesMessages } from '../messages/staff-services.ts'
import { SubmitButton } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import type { ServiceData } from './service-page.tsx'

const ICONS = { start: Play, shutdown: Power, restart: RotateCw, stop: Zap }

/** The power actions that make sense now. Starting asks nothing; whatever interrupts the customer asks first. */
export function ServiceControls({ loaded: { service, offers } }: { loaded: ServiceData }) {
  const words = useMessages(staffServicesMessages).services
  const asks = {
    shutdown: [words.shutdownTitle, words.shutdownText],
    restart: [words.restartTitle, words.restartText],
    stop: [words.stopTitle, words.stopText],
  } as const
  return offers.power.map((action) => {
    const Icon = ICONS[action]
    const label = (
      <>
        <Icon aria-hidden="true" />
        {words.actions[action]}
      </>
    )
    if (action === 'start')
      return (
        <ActionForm key={action} id="power-start">
          <SubmitButton name="do" value="start">
            {label}
          </SubmitButton>
        </ActionForm>
      )
    const [title, text] = asks[action]
    return (
      <ConfirmButton
        key={action}
        label={label}
        title={title(service.hostname)}
        confirm={words.actions[action]}
        danger={action === 'stop'}
        fields={{ do: action }}
      >
        <p>{text}</p>
      </ConfirmButton>
    )
  })
}
