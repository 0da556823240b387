/* SPDX-License-Identifier: MIT */
#include "sense.h"

enum { RECOVERED_ERROR = 1, ATA_RETURN_DESCRIPTOR = 0x09, DESCRIPTOR_BYTES = 14 };

/* 72h: descriptors of a type, a length and so many bytes, from byte 8 on. */
static void parse_descriptors(const uint8_t *p, size_t n, struct sense *s)
{
	size_t at = 8, end = n < (size_t)8 + p[7] ? n : (size_t)8 + p[7];

	while (at + 2 <= end) {
		const uint8_t *d = p + at;

		if (d[0] == ATA_RETURN_DESCRIPTOR && d[1] == DESCRIPTOR_BYTES - 2 && at + DESCRIPTOR_BYTES <= end) {
			s->has_registers = true;
			s->error = d[3];
			s->count = d[5];
			s->lba_low = d[7];
			s->lba_mid = d[9];
			s->lba_high = d[11];
			s->status = d[13];
			return;
		}
		at += (size_t)2 + d[1];
	}
}

/* 70h: ERROR, STATUS, DEVICE and COUNT stand in the information field, the LBA in the command specific one. They are
 * there with "ATA pass through information available" (00/1D); any other fixed sense means those bytes otherwise. */
static void parse_fixed_registers(const uint8_t *p, size_t n, struct sense *s)
{
	if (n < 12 || s->key > RECOVERED_ERROR || s->asc != 0x00 || s->ascq != 0x1d)
		return;
	s->has_registers = true;
	s->error = p[3];
	s->status = p[4];
	s->count = p[6];
	s->lba_low = p[9];
	s->lba_mid = p[10];
	s->lba_high = p[11];
}

void sense_parse(const uint8_t *p, size_t n, struct sense *ret)
{
	uint8_t code = n ? p[0] & 0x7f : 0;

	*ret = (struct sense){ 0 };
	if ((code == 0x72 || code == 0x73) && n >= 8) {
		*ret = (struct sense){ .known = true, .key = p[1] & 15, .asc = p[2], .ascq = p[3] };
		if (code == 0x72) /* 71h and 73h report an earlier command's error: its registers say nothing of this one */
			parse_descriptors(p, n, ret);
	} else if ((code == 0x70 || code == 0x71) && n >= 3) {
		*ret = (struct sense){ .known = true, .fixed = true, .key = p[2] & 15 };
		if (n >= 14) {
			ret->asc = p[12];
			ret->ascq = p[13];
		}
		if (code == 0x70)
			parse_fixed_registers(p, n, ret);
	}
}
