/** Whether a text may have a command for a CI system, so that most are not read further. */
export const MAY_BE_COMMAND = /::(?:error|warning|notice|debug)|##(?:\[(?:error|warning|notice|debug)\]|vso\[task\.logissue )/u;
