" In: `:compiler consentry`. Out: `:make` checks the program under the current folder, and its findings are the quickfix list.

if exists('current_compiler')
  finish
endif
let current_compiler = 'consentry'

let s:cpo = &cpo
set cpo&vim

CompilerSet makeprg=consentry\ check\ --format\ concise
" path:line:column: level rule message. The level is one letter for Vim: its first.
CompilerSet errorformat=%f:%l:%v:\ %trror\ %m,%f:%l:%v:\ %tarning\ %m,%f:%l:%v:\ %tnfo\ %m,%-G%.%#

" consentry counts characters, Vim bytes or cells: put the column right where a line has other than ASCII before it.
function! s:Columns() abort
  let items = getqflist()
  let changed = 0
  for item in items
    if !item.valid || !item.vcol
      continue
    endif
    call bufload(item.bufnr)
    let line = get(getbufline(item.bufnr, item.lnum), 0, '')
    let byte = byteidx(line, item.col - 1)
    let item.vcol = 0
    let item.col = byte < 0 ? len(line) + 1 : byte + 1
    let changed = 1
  endfor
  if changed
    call setqflist([], 'r', {'items': items, 'title': 'consentry'})
  endif
endfunction

augroup consentry
  autocmd!
  autocmd QuickFixCmdPost make if get(b:, 'current_compiler', get(g:, 'current_compiler', '')) ==# 'consentry' | call s:Columns() | endif
augroup END

let &cpo = s:cpo
unlet s:cpo
