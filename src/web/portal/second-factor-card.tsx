import { passkeyMessages } from '../messages/passkeys.ts'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { buttonClass, SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { Notice } from '../ui/notice.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { Code, Time } from '../ui/values.tsx'
import { useSecurityPath } from './security-path.ts'

export type SecondFactorView =
  | { state: 'off' }
  | { state: 'pending'; secret: string; qrCode: string }
  | { state: 'on'; since: string; recoveryCodesLeft: number }

type Refused = FormState | undefined

/** The authenticator app: off, being set up, or on. */
export function SecondFactorCard({ view, refused }: { view: SecondFactorView; refused: Refused }) {
  const words = useMessages(portalProfileMessages).secondFactor
  return (
    <Card
      title={words.title}
      text={words.text}
      actions={<Badge tone={view.state === 'on' ? 'ok' : 'plain'}>{view.state === 'on' ? words.on : words.off}</Badge>}
    >
      {view.state === 'off' && (
        <ActionForm id="second-factor-begin" className="mt-1.5">
          <input type="hidden" name="intent" value="totp-begin" />
          <FormActions>
            <SubmitButton variant="secondary">{words.begin}</SubmitButton>
          </FormActions>
        </ActionForm>
      )}
      {view.state === 'pending' && <Pending view={view} refused={refused} />}
      {view.state === 'on' && <On view={view} refused={refused} />}
    </Card>
  )
}

function Pending({ view, refused }: { view: SecondFactorView & { state: 'pending' }; refused: Refused }) {
  const words = useMessages(portalProfileMessages).secondFactor
  return (
    <div className="mt-1.5 grid gap-6 sm:grid-cols-[auto_1fr]">
      <div className="grid content-start gap-3 sm:w-52">
        <img
          src={view.qrCode}
          alt={words.qrAlt}
          width={208}
          height={208}
          className="size-52 rounded-control border border-line bg-white"
        />
        <div className="text-sm text-muted">
          <p>{words.typeIt}</p>
          <p className="mt-1">
            <Code>{view.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</Code>
          </p>
        </div>
      </div>
      <div className="grid content-start gap-4">
        <p>{words.scan}</p>
        <ActionForm id="second-factor" state={refused} labels={words.labels}>
          <input type="hidden" name="intent" value="totp-confirm" />
          <CodeField hint={words.codeHint} />
          <PasswordProof />
          <FormActions>
            <SubmitButton>{words.confirm}</SubmitButton>
          </FormActions>
        </ActionForm>
        <ActionForm id="second-factor-cancel">
          <input type="hidden" name="intent" value="totp-cancel" />
          <FormActions>
            <SubmitButton variant="secondary" size="small">
              {words.cancel}
            </SubmitButton>
          </FormActions>
        </ActionForm>
      </div>
    </div>
  )
}

function On({ view, refused }: { view: SecondFactorView & { state: 'on' }; refused: Refused }) {
  const words = useMessages(portalProfileMessages).secondFactor
  const few = view.recoveryCodesLeft < 3
  return (
    <div className="grid gap-5">
      <p className="text-muted">
        {words.since} <Time at={view.since} />
        {' · '}
        <span className={few ? 'font-medium text-warn' : undefined}>{words.left(view.recoveryCodesLeft)}</span>
      </p>
      <ActionForm id="second-factor" state={refused} labels={words.labels}>
        <CodeField hint={words.proofHint} />
        <PasswordProof />
        <FormActions>
          <SubmitButton variant="secondary" name="intent" value="totp-renew">
            {words.renew}
          </SubmitButton>
          <SubmitButton variant="danger" name="intent" value="totp-remove">
            {words.remove}
          </SubmitButton>
        </FormActions>
      </ActionForm>
    </div>
  )
}

const CodeField = ({ hint }: { hint: string }) => (
  <Field
    name="code"
    autoComplete="one-time-code"
    autoCapitalize="none"
    spellCheck={false}
    hint={hint}
    maxLength={40}
    className="max-w-xs"
    mono
    required
  />
)

const PasswordProof = () => (
  <Field
    name="currentPassword"
    type="password"
    autoComplete="current-password"
    maxLength={200}
    className="max-w-xs"
    required
  />
)

/** New recovery codes, shown this once. */
export function RecoveryCodes({ codes, told }: { codes: readonly string[]; told: 'app' | 'passkey' | 'renewed' }) {
  const securityPath = useSecurityPath()
  const words = useMessages(portalProfileMessages).secondFactor
  const { factor } = useMessages(passkeyMessages)
  const notices = { app: words.enabled, passkey: factor.started, renewed: words.renewed }
  return (
    <Card title={words.codesTitle} text={words.codesText}>
      <Notice tone="ok">{notices[told]}</Notice>
      <ul className="mt-4 grid max-w-md grid-cols-2 gap-x-6 gap-y-1.5">
        {codes.map((code) => (
          <li key={code}>
            <Code>{code}</Code>
          </li>
        ))}
      </ul>
      <p className="mt-5">
        <a href={securityPath()} className={buttonClass()}>
          {words.done}
        </a>
      </p>
    </Card>
  )
}
