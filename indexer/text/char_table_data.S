# The bytes of char_table.bin, which its generator made in this build, as a read-only object of the program.
        .section .rodata
        .balign 64
        .globl  factline_text_char_table
        .type   factline_text_char_table, @object
factline_text_char_table:
        .incbin "indexer/text/char_table.bin"
        .globl  factline_text_char_table_end
factline_text_char_table_end:
        .byte   0
        .section .note.GNU-stack, "", @progbits
