// SPDX-License-Identifier: GPL-2.0-only
/*
 * An AF_PACKET socket with a ring in shared memory (TPACKET_V2) that receives and throws
 * away. As with AF_XDP a child of this program empties it, spinning.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

/* As many as AF_XDP has chunks, and as large */
#define FRAMES	8192u
#define FRAME	2048u
#define BLOCK	65536u

static void empty(char *ring)
{
	for (uint32_t at = 0;; at = (at + 1) % FRAMES) {
		struct tpacket2_hdr *header = (void *)(ring + at * FRAME);

		while (!(__atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
			;
		__atomic_store_n(&header->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	}
}

/* At a device of this network namespace, all that it receives. */
void receive_by_packet(const char *device)
{
	struct tpacket_req request = {
		.tp_block_size = BLOCK,
		.tp_block_nr = FRAMES * FRAME / BLOCK,
		.tp_frame_size = FRAME,
		.tp_frame_nr = FRAMES,
	};
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(device),
	};
	int sock = socket(AF_PACKET, SOCK_RAW, 0), version = TPACKET_V2;
	char *ring;

	if (sock < 0 ||
	    setsockopt(sock, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
	    setsockopt(sock, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)))
		die("AF_PACKET ring");
	ring = mmap(NULL, FRAMES * FRAME, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
		    sock, 0);
	if (ring == MAP_FAILED || bind(sock, (struct sockaddr *)&address, sizeof(address)))
		die("AF_PACKET socket");
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		empty(ring);
	}
}
