import type { ComponentProps, ReactNode } from 'react'
import { Link, type LinkProps, useNavigation } from 'react-router'
import { cx } from './cx.ts'
import { useSending } from './form.tsx'
import { Spinner } from './spinner.tsx'

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger'
export type ButtonSize = 'small' | 'normal' | 'large'
type Look = { variant?: ButtonVariant; size?: ButtonSize; wide?: boolean }

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'border-transparent bg-brand text-on-brand hover:bg-brand-hover',
  secondary: 'border-line-strong/60 bg-surface text-ink hover:border-line-strong hover:bg-hover',
  quiet: 'border-transparent text-ink hover:bg-hover',
  danger: 'border-transparent bg-bad-strong text-on-brand hover:bg-bad-strong-hover',
}

const SIZES: Record<ButtonSize, string> = {
  small: 'min-h-8 px-3 text-sm',
  normal: 'min-h-(--control) px-4 text-body',
  large: 'min-h-12 px-6 text-lg',
}

/** The look of a button, for the rare element that is neither Button nor LinkButton. */
export const buttonClass = ({ variant = 'secondary', size = 'normal', wide = false }: Look = {}): string =>
  cx(
    'inline-flex items-center justify-center gap-2 rounded-control border py-1 font-medium whitespace-nowrap transition-colors duration-120',
    'disabled:cursor-not-allowed disabled:opacity-55',
    '[&_svg]:size-4 [&_svg]:shrink-0',
    VARIANTS[variant],
    SIZES[size],
    wide && 'w-full',
  )

type ButtonProps = ComponentProps<'button'> & Look & { busy?: boolean }

/** A button; `busy` shows a spinner in place of the icon and takes no clicks. It is `type="button"` unless told. */
export function Button({ variant, size, wide, busy = false, children, className, disabled, ...rest }: ButtonProps) {
  const look = { ...(variant && { variant }), ...(size && { size }), ...(wide && { wide }) }
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled ?? busy}
      aria-busy={busy || undefined}
      className={cx(buttonClass(look), className)}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
}

/** Sends its form and is busy meanwhile. With several in one form, give each a `name` and `value`. */
export function SubmitButton({ children, ...rest }: Omit<ButtonProps, 'type' | 'busy'>) {
  const { state, formData } = useNavigation()
  const sending = useSending() ?? state === 'submitting'
  const mine = rest.name === undefined || formData?.get(rest.name) === rest.value
  return (
    <Button variant="primary" {...rest} type="submit" busy={sending && mine}>
      {children}
    </Button>
  )
}

/** A link that looks like a button. `document` leaves the surface with a full page load. */
export function LinkButton({
  variant,
  size,
  wide,
  document = false,
  className,
  children,
  ...rest
}: Omit<LinkProps, 'reloadDocument'> & Look & { document?: boolean; children: ReactNode }) {
  const look = { ...(variant && { variant }), ...(size && { size }), ...(wide && { wide }) }
  return (
    <Link {...rest} reloadDocument={document} className={cx(buttonClass(look), className)}>
      {children}
    </Link>
  )
}
