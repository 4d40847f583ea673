const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** 1190317 → `1,190,317`. */
export const count = (n: number): string => grouped.format(n)

/** A loss in nats, three decimals. */
export const nats = (loss: number): string => loss.toFixed(3)

/** e to the loss: among how many equally likely tokens the model hesitates. */
export function perplexity(loss: number): string {
  const value = Math.exp(loss)
  return value < 100 ? value.toFixed(2) : value < 1e6 ? count(value) : '> 1,000,000'
}

/** 75.4 → `1:15`, 3700 → `1:01:40`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  const whole = Math.max(0, Math.round(seconds))
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** Text from a model may hold any character of its training text; those that steer a terminal are shown as `�`. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, '\uFFFD')
}

/** Each line behind a margin. */
export const indented = (text: string, margin = '  '): string => text.replace(/^/gm, margin)
