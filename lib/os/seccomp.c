/* SPDX-License-Identifier: MIT */
/*
 * The seccomp half of os/sandbox.h: two lists of system calls, each made into a
 * BPF program that looks a number up by halving. The kernel walks the program
 * once for every call there is when it is installed, which for a plain list
 * costs more than the rest of a reader's life. A table this short needs no
 * library.
 *
 * Calls that not every architecture has (the older ones that take no
 * descriptor) stand behind #ifdef.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/sandbox.h"

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#elif defined(__s390x__)
#define NATIVE_ARCH AUDIT_ARCH_S390X
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE_ARCH AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE_ARCH AUDIT_ARCH_PPC64LE
#elif defined(__i386__)
#define NATIVE_ARCH AUDIT_ARCH_I386
#elif defined(__arm__)
#define NATIVE_ARCH AUDIT_ARCH_ARM
#endif

#if defined(NO_SANDBOX) || !defined(NATIVE_ARCH)

int sandbox_limit_calls(enum sandbox_calls which)
{
	(void)which;
	return -EOPNOTSUPP;
}

#else

/* What any C program does: memory, time, signals, its end. */
static const uint16_t common[] = {
	__NR_read, __NR_write, __NR_close, __NR_fstat, __NR_lseek, __NR_openat, __NR_fcntl,
	__NR_munmap, __NR_mremap, __NR_mprotect, __NR_brk, __NR_madvise, __NR_futex,
	__NR_rt_sigaction, __NR_rt_sigprocmask, __NR_rt_sigreturn, __NR_restart_syscall,
	__NR_clock_gettime, __NR_clock_nanosleep, __NR_nanosleep, __NR_getpid, __NR_gettid, __NR_tgkill,
	__NR_getrandom, __NR_exit, __NR_exit_group,
#ifdef __NR_mmap
	__NR_mmap,
#endif
#ifdef __NR_mmap2
	__NR_mmap2,
#endif
#ifdef __NR_newfstatat
	__NR_newfstatat,
#endif
#ifdef __NR_fstatat64
	__NR_fstatat64, __NR_fstat64, __NR__llseek, __NR_fcntl64, __NR_clock_gettime64, __NR_futex_time64,
#endif
#ifdef __NR_statx
	__NR_statx,
#endif
};

static const uint16_t parse_only[] = {
	__NR_pread64, __NR_readv, __NR_writev, __NR_getdents64, __NR_readlinkat, __NR_faccessat, __NR_ppoll,
	__NR_wait4, __NR_waitid, __NR_fchmod, __NR_fsync, __NR_unlinkat, __NR_renameat2, __NR_ftruncate,
	__NR_geteuid, __NR_getuid,
#ifdef __NR_renameat
	__NR_renameat,
#endif
#ifdef __NR_poll
	__NR_poll,
#endif
#ifdef __NR_readlink
	__NR_readlink,
#endif
#ifdef __NR_open
	__NR_open,
#endif
#ifdef __NR_stat
	__NR_stat, __NR_lstat, __NR_access,
#endif
#ifdef __NR_ppoll_time64
	__NR_ppoll_time64,
#endif
};

static const uint16_t device_only[] = {
	__NR_ioctl, __NR_setitimer,
#ifdef __NR_open
	__NR_open,
#endif
#ifdef __NR_stat
	__NR_stat, __NR_lstat,
#endif
};

enum { CALLS_MAX = 80, PROGRAM_MAX = 4 * CALLS_MAX };

/* Numbers, sorted for the look-up. */
struct calls {
	uint16_t nr[CALLS_MAX];
	size_t n;
};

struct program {
	struct sock_filter code[PROGRAM_MAX];
	unsigned short n;
};

static void add_list(struct calls *c, const uint16_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = c->n++;

		for (; at > 0 && c->nr[at - 1] > list[i]; at--)
			c->nr[at] = c->nr[at - 1];
		c->nr[at] = list[i];
	}
}

static void add(struct program *p, uint16_t code, uint32_t k, uint8_t if_true, uint8_t if_false)
{
	p->code[p->n++] = (struct sock_filter){ code, if_true, if_false, k };
}

static void add_verdict(struct program *p, uint32_t verdict)
{
	add(p, BPF_RET | BPF_K, verdict, 0, 0);
}

/* A tree over nr[low] to nr[high - 1]; jumps are 8 bits wide, which CALLS_MAX / 2 leaves of 4 instructions fill. */
static void add_tree(struct program *p, const struct calls *c, size_t low, size_t high)
{
	size_t middle = low + (high - low) / 2;
	unsigned short fork;

	if (high - low == 1) {
		add(p, BPF_JMP | BPF_JEQ | BPF_K, c->nr[low], 0, 1);
		add_verdict(p, SECCOMP_RET_ALLOW);
		add_verdict(p, SECCOMP_RET_ERRNO | EPERM);
		return;
	}
	fork = p->n;
	add(p, BPF_JMP | BPF_JGE | BPF_K, c->nr[middle], 0, 0);
	add_tree(p, c, low, middle);
	p->code[fork].jt = (uint8_t)(p->n - fork - 1);
	add_tree(p, c, middle, high);
}

int sandbox_limit_calls(enum sandbox_calls which)
{
	struct calls calls = { .n = 0 };
	struct program p = { .n = 0 };
	struct sock_fprog prog;

	_Static_assert(ARRAY_LEN(common) + ARRAY_LEN(parse_only) <= CALLS_MAX, "list too long");
	add_list(&calls, common, ARRAY_LEN(common));
	if (which == SANDBOX_PARSE)
		add_list(&calls, parse_only, ARRAY_LEN(parse_only));
	else
		add_list(&calls, device_only, ARRAY_LEN(device_only));
	add(&p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
	add(&p, BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0);
	add_verdict(&p, SECCOMP_RET_KILL_PROCESS);
	add(&p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	add_tree(&p, &calls, 0, calls.n);
	prog = (struct sock_fprog){ p.n, p.code };
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)
		return errno == ENOSYS || errno == EINVAL ? -EOPNOTSUPP : -errno;
	return 0;
}

#endif
