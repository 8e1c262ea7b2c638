# The bytes of dictionary.bin, which its generator made in this build, as a read-only object of the program.
        .section .rodata
        .balign 64
        .globl  factline_text_dictionary
        .type   factline_text_dictionary, @object
factline_text_dictionary:
        .incbin "indexer/text/dictionary.bin"
        .globl  factline_text_dictionary_end
factline_text_dictionary_end:
        .byte   0
        .section .note.GNU-stack, "", @progbits
