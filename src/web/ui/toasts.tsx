import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react'
import type { Flash } from '../flash.ts'
import { flashMessages } from '../messages/flash.ts'
import { kitMessages } from '../messages/kit.ts'
import { useHydrated } from './hydrated.ts'
import { useMessages } from './site.tsx'

export type Toast = { id: string; text: string; tone?: 'ok' | 'bad'; undo?: { label: string; run: () => void } }

const ToastContext = createContext<(toast: Omit<Toast, 'id'>) => void>(() => undefined)

/** Says something in passing, for eight seconds: `const toast = useToast(); toast({ text, undo })`. */
export const useToast = (): ((toast: Omit<Toast, 'id'>) => void) => use(ToastContext)

const SHOWN_MS = 8_000

/** Holds the corner where toasts appear. The `flash` of the last action is among them, in server HTML, too. */
export function Toasts({ flash, children }: { flash: Flash | undefined; children: ReactNode }) {
  const words = useMessages(flashMessages)
  const [added, setAdded] = useState<Toast[]>([])
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const add = useCallback(
    (toast: Omit<Toast, 'id'>) => setAdded((all) => [...all.slice(-2), { ...toast, id: crypto.randomUUID() }]),
    [],
  )
  const close = useCallback((id: string) => setClosed((all) => new Set(all).add(id)), [])
  // A page that loads its data anew no longer carries the flash; the toast stays its eight seconds.
  const [flashes, setFlashes] = useState<readonly Flash[]>(flash ? [flash] : [])
  if (flash && flashes.at(-1)?.id !== flash.id) setFlashes([...flashes.slice(-2), flash])
  const flashed: Toast[] = useMemo(() => flashes.map(({ id, key }) => ({ id, text: words[key] })), [flashes, words])
  const shown = [...flashed, ...added].filter((toast) => !closed.has(toast.id))
  return (
    <ToastContext value={add}>
      {children}
      <div
        role="status"
        className="pointer-events-none fixed inset-x-4 bottom-20 z-50 grid justify-items-center gap-2 lg:bottom-6"
        data-noprint
      >
        {shown.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onClose={close} />
        ))}
      </div>
    </ToastContext>
  )
}

function ToastCard({ toast, onClose }: { toast: Toast; onClose: (id: string) => void }) {
  const words = useMessages(kitMessages)
  const hydrated = useHydrated()
  const [held, setHeld] = useState(false)
  const Icon = toast.tone === 'bad' ? CircleAlert : CircleCheck
  useEffect(() => {
    if (held) return undefined
    const timer = setTimeout(() => onClose(toast.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [held, onClose, toast.id])
  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex max-w-md animate-rise items-center gap-2.5 rounded-card border border-line bg-surface py-2 pr-2 pl-3.5 text-md font-medium shadow-float"
    >
      <Icon
        aria-hidden="true"
        className={toast.tone === 'bad' ? 'size-4 shrink-0 text-bad' : 'size-4 shrink-0 text-ok'}
      />
      <p className="min-w-0 flex-1">{toast.text}</p>
      {toast.undo && (
        <button
          type="button"
          onClick={() => {
            toast.undo?.run()
            onClose(toast.id)
          }}
          className="rounded-control px-2 py-1 text-brand-ink hover:bg-hover"
        >
          {toast.undo.label}
        </button>
      )}
      {hydrated && (
        <button
          type="button"
          aria-label={words.close}
          onClick={() => onClose(toast.id)}
          className="grid size-7 place-items-center rounded-control text-muted hover:bg-hover"
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      )}
    </div>
  )
}
