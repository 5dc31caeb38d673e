import { portalServiceMessages } from '../messages/portal-service.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { CopyId } from '../ui/values.tsx'
import type { ServiceView } from './service-view.ts'

/** How to reach a server: the line to type, and its addresses. Nothing before it has any. */
export function ServiceAccess({ service: { ssh, addresses } }: { service: ServiceView }) {
  const words = useMessages(portalServiceMessages)
  if (addresses.length === 0) return null
  return (
    <Card title={words.access}>
      <dl className="grid gap-5">
        {ssh && (
          <div className="min-w-0">
            <dt className="text-sm text-muted">{words.ssh}</dt>
            <dd className="mt-1.5 flex min-w-0 rounded-control bg-sunken py-2 pr-2 pl-3.5">
              <CopyId value={ssh.command} />
            </dd>
            {ssh.key && <dd className="mt-1.5 text-sm text-muted">{words.sshText}</dd>}
          </div>
        )}
        <div className="min-w-0">
          <dt className="text-sm text-muted">{words.addresses}</dt>
          {addresses.map(({ address, prefix, gateway }) => (
            <dd key={address} className="mt-1 flex flex-wrap items-baseline gap-x-3">
              <CopyId value={address} />
              <span className="text-sm text-muted">{words.network(prefix, gateway)}</span>
            </dd>
          ))}
        </div>
      </dl>
    </Card>
  )
}
