import { expect, test, describe } from 'vitest'
import { Bench, builds, expected, expectClose, floats, generator, integers, masks } from './kernels.support.js'
const r = generator(7)
for (const build of builds) describe(build, async () => {
  const b = await Bench.start(build)
  const check = (k: any, i: any[], o: any[], a: any, opt: any = {}) => expectClose(b.run(k, i, o, a), expected(k, i, o, a), { what: k + JSON.stringify(a), ...opt })
  const F = (n: number) => new Float32Array(n), I = (n: number) => new Int32Array(n)
  for (const op of ['neg','abs','sign','square','sqrt','reciprocal','exp','log','sin','cos','relu','sigmoid','tanh','gelu','softplus'] as const)
    test(op, () => { for (const n of [0,1,7,8,9,33,1000]) for (const s of [1,10]) check('unary', [floats(n, r, s)], [F(n)], { op }, {ulps: 5}) })
  for (const op of ['add','sub','mul','div','pow','maximum','minimum','reluGrad','sigmoidGrad','tanhGrad','geluGrad'] as const)
    test(op, () => { for (const n of [0,1,7,8,9,33]) check('binary', [floats(n, r), floats(n, r)], [F(n)], { op, shape: [n], aStrides: [1], bStrides: [1] }, {absolute: 2e-7})
     check('binary', [floats(40, r), floats(5, r)], [F(200)], { op, shape: [5, 40], aStrides: [0, 1], bStrides: [1, 0] }, {absolute: 2e-7})
     check('binary', [floats(3, r), floats(10, r)], [F(30)], { op, shape: [10, 3], aStrides: [0, 1], bStrides: [1, 0] }, {absolute: 2e-7}) })
  test('matmul', () => { for (const [m,n,k] of [[1,1,1],[1,37,70],[5,3,9],[7,16,300],[64,64,64],[13,50,520],[3,17,5],[20,33,7],[4,9,0]]) for (const transA of [false,true]) for (const transB of [false,true]) for (const bias of [false,true])
    check('matmul', [floats(2*m*k,r), floats(2*n*k,r), ...(bias ? [floats(n,r)] : [])], [F(2*m*n)], {batch: 2,m,n,k,transA,transB,bias,aBatch:m*k,bBatch:n*k}, {absolute: 1e-5}) })
  test('reduce', () => { for (const op of ['sum','prod','max','min','sumSquares']) for (const [o,n,i] of [[1,100,1],[3,5000,1],[2,7,3],[1,200,50],[4,1,16]]) check('reduce', [floats(o*n*i, r)], [F(o*i)], {op, outer:o,n,inner:i}, {absolute: 1e-4}) })
  test('arg', () => { for (const op of ['argmax','argmin']) for (const [o,n,i] of [[1,100,1],[2,7,3]]) check('argReduce', [floats(o*n*i, r)], [I(o*i)], {op, outer:o,n,inner:i}) })
  test('softmax', () => { for (const log of [false,true]) for (const n of [1,7,8,65]) { const x = floats(3*n,r,5); check('softmax', [x], [F(3*n)], {rows:3,n,log}, {ulps:16,absolute:1e-6}); check('softmaxGrad', [floats(3*n,r), x], [F(3*n)], {rows:3,n,log}, {absolute:1e-4, ulps: 20}) } })
  test('ce', () => { for (const n of [1,7,65]) { const x = floats(5*n,r,5), t = integers(5,r,n); t[2]=-100; const a={rows:5,n,ignoreIndex:-100}; check('crossEntropy',[x,t],[F(5),F(5)],a,{absolute:1e-5}); const [,z]=b.run('crossEntropy',[x,t],[F(5),F(5)],a as any); check('crossEntropyGrad',[floats(5,r),x,t,z],[F(5*n)],a,{absolute:1e-6}) } })
  for (const cell of ['rnnTanh','rnnRelu','gru','lstm'] as const) test(cell, () => { for (const [T,B,H] of [[1,1,5],[3,1,16],[5,4,9],[2,3,7],[6,40,20]]) {
    const G = {rnnTanh:1,rnnRelu:1,gru:3,lstm:4}[cell], n=T*B*H
    const x=floats(n*G,r),w=floats(G*H*H,r,.5),bb=floats(G*H,r),h0=floats(B*H,r),c0=floats(B*H,r), a={cell,time:T,batch:B,hidden:H}
    const ins=[x,w,bb,h0,...(cell==='lstm'?[c0]:[])], outs=[F(n),...(G>1?[F(G*n),F(n)]:[])]
    check('recurrent',ins,outs,a,{absolute:1e-5})
    const [h,gates,extra]=b.run('recurrent',ins,outs,a)
    const gi=[floats(n,r),w,h0,h,...(cell==='gru'?[gates,extra]:cell==='lstm'?[c0,gates,extra,floats(B*H,r)]:[])]
    check('recurrentGrad',gi,[F(n*G),F(G*H*H),F(B*H),...(cell==='gru'?[F(G*H)]:cell==='lstm'?[F(B*H)]:[])],a,{absolute:1e-4,ulps:20})
  } })
  test('sgd', () => { for (const velocity of [false,true]) for (const n of [1,8,21]) for (const ne of [0,1]) for (const first of [0,1]) check('sgd',[floats(n,r),new Float32Array([.1,.9,ne?0:.1,.01,ne,first])],[floats(n,r),...(velocity?[floats(n,r)]:[])],{velocity,maximize:first===1},{absolute:1e-6}) })
  test('random', () => { for (const kind of ['uniform','normal','bernoulli']) for (const n of [1,10,1001]) check('random',[new Int32Array([5,-6,-1,8])],[F(n)],{kind,low:.25,high:2.5},{ulps: kind==='normal'?8:0, absolute: kind==='normal'?3e-7:0}) })
  test('index', () => { for (const w of [1,9,40]) { check('gatherRows',[floats(7*w,r),integers(11,r,7)],[F(11*w)],{count:11,width:w,size:7}); check('scatterAddRows',[floats(11*w,r),integers(11,r,7)],[F(7*w)],{count:11,width:w,size:7},{absolute:1e-6}) } check('gatherRows',[masks(21,r),integers(11,r,7)],[new Uint8Array(33)],{count:11,width:3,size:7}) })
  test('strided', () => { check('gatherStrided',[floats(6*35,r)],[F(6*35)],{shape:[5,6,7],strides:[6,1,30],offset:0}); check('gatherStrided',[floats(35*6,r)],[F(35*6)],{shape:[6,35],strides:[1,6],offset:0}); check('gatherStrided',[floats(60,r)],[F(60)],{shape:[3,20],strides:[20,-1],offset:19}); check('scatterStrided',[floats(30,r)],[floats(100,r)],{shape:[5,6],strides:[1,16],offset:3})
   for (const X of [floats(9,r,3),integers(9,r,3),masks(9,r)]) for (const Y of [F(9),I(9),new Uint8Array(9)]) { check('cast',[X],[Y],{}); check('fill',[],[Y],{value:2.5}) } })
  test('compare', () => { for (const op of ['eq','ne','lt','le','gt','ge']) for (const f of [(n:number)=>Float32Array.from(integers(n,r,3)),(n:number)=>integers(n,r,3),(n:number)=>masks(n,r)]) { for (const n of [1,9,40]) check('compare',[f(n),f(n)],[new Uint8Array(n)],{op,shape:[n],aStrides:[1],bStrides:[1]}); check('compare',[f(20),f(3)],[new Uint8Array(60)],{op,shape:[3,20],aStrides:[0,1],bStrides:[1,0]}) }
   for (const f of [(n:number)=>floats(n,r,3),(n:number)=>integers(n,r,3),(n:number)=>masks(n,r)]) { check('where',[masks(40,r),f(40),f(40)],[f(40)],{shape:[40],cStrides:[1],aStrides:[1],bStrides:[1]}); check('where',[masks(20,r),f(3),f(1)],[f(60)],{shape:[3,20],cStrides:[0,1],aStrides:[1,0],bStrides:[0,0]}) } })
})
