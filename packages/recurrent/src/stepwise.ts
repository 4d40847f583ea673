import { gt, stack, type Tensor, unbind, unsqueeze, where, zerosLike } from '@core/tensor'
import { type RecurrentOutputs, recurrentLayer } from '@core/tensor/extend'
import type { Runner } from './recurrent.js'

/**
 * A direction of a layer that goes one step at a time, so that the hidden state of every step is a tensor of its own on
 * the tape.
 *
 * @param see - gets each step's hidden state [batch, hidden] and gives what to go on with
 */
export function stepwise(see: (t: number, h: Tensor) => Tensor): Runner {
  return (cell, { lengths, ...inputs }, { reverse = false, trace = false }): RecurrentOutputs => {
    const steps = unbind(inputs.x)
    const outputs = new Array<Tensor>(steps.length)
    const traces = new Array<Readonly<Record<string, Tensor>>>(steps.length)
    let { h0: h, c0: c } = inputs
    for (let i = 0; i < steps.length; i++) {
      const t = reverse ? steps.length - 1 - i : i
      const one = recurrentLayer(cell, { ...inputs, x: unsqueeze(steps[t]!, 0), h0: h, c0: c }, { trace })
      const next = see(t, one.hLast)
      const lasting = lengths && unsqueeze(gt(lengths, t), 1) // which sequences have this step
      const masked = (y: Tensor) => (lasting ? where(lasting, y, zerosLike(y)) : y)
      const kept = (now: Tensor, before: Tensor) => (lasting ? where(lasting, now, before) : now)
      outputs[t] = masked(next)
      if (trace)
        traces[t] = Object.fromEntries(
          Object.entries(one.trace ?? {}).map(([name, gate]) => [name, masked(gate.select(0, 0))]),
        )
      h = kept(next, h)
      c = one.cLast && kept(one.cLast, c!)
    }
    const gates = Object.keys(traces[0] ?? {})
    return {
      output: stack(outputs),
      hLast: h,
      ...(c ? { cLast: c } : {}),
      ...(trace
        ? { trace: Object.fromEntries(gates.map((name) => [name, stack(traces.map((step) => step[name]!))])) }
        : {}),
    }
  }
}
