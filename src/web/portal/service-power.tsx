import { Play, Power, PowerOff, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import type { PowerAction } from '#modules/provisioning/service.ts'
import { portalServiceMessages } from '../messages/portal-service.ts'
import { SubmitButton } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import type { ServiceView } from './service-view.ts'

const ICONS: Record<PowerAction, ReactNode> = {
  start: <Play aria-hidden="true" />,
  shutdown: <Power aria-hidden="true" />,
  restart: <RotateCw aria-hidden="true" />,
  stop: <PowerOff aria-hidden="true" />,
}

/** The power actions that make sense now. What interrupts the server asks first; none claims that it is done. */
export function PowerButtons({ service }: { service: ServiceView }) {
  const words = useMessages(portalServiceMessages)
  const { hostname } = service
  return service.powerActions.map((action) => {
    const label = (
      <>
        {ICONS[action]}
        {words.actions[action]}
      </>
    )
    switch (action) {
      case 'start':
      case 'shutdown':
        return (
          <ActionForm key={action} id={action} summary={false} preventScrollReset>
            <SubmitButton name="action" value={action} variant={action === 'start' ? 'primary' : 'secondary'}>
              {label}
            </SubmitButton>
          </ActionForm>
        )
      case 'restart':
        return (
          <ConfirmButton
            key={action}
            label={label}
            title={words.restartTitle(hostname)}
            confirm={words.actions.restart}
            danger={false}
            fields={{ action }}
          >
            <p>{words.restartText}</p>
          </ConfirmButton>
        )
      case 'stop':
        return (
          <ConfirmButton
            key={action}
            label={label}
            title={words.stopTitle(hostname)}
            confirm={words.actions.stop}
            fields={{ action }}
          >
            <p>{words.stopText}</p>
            <p>{words.stopBetter}</p>
          </ConfirmButton>
        )
    }
  })
}
