declare module 'asciichart' {
  interface Config {
    readonly height?: number
    readonly min?: number
    readonly max?: number
    readonly colors?: readonly (string | undefined)[]
    readonly format?: (value: number) => string
  }
  export const blue: string
  export const cyan: string
  export const darkgray: string
  export const green: string
  export const lightgray: string
  export const magenta: string
  export const red: string
  export const yellow: string
  export function plot(series: readonly (readonly number[])[], config?: Config): string
}
