# SPDX-License-Identifier: GPL-2.0-only
"""What distinguishes one model of the NIC from another: a row of named behaviours.

The rest of the NIC asks for a behaviour, never for a model's name. The defaults are
those of the manual (SDM); a row lists what its model does differently. The harness and
the tests import this file, too: a test is skipped by behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass

MS = 0.001
INTEL, VMWARE = 0x8086, 0x15ad


def _registers(*ranges: int | tuple[int, int]) -> frozenset[int]:
    """Offsets, and ranges of them whose end is not in it."""
    offsets: set[int] = set()
    for item in ranges:
        offsets.update(range(*item, 4) if isinstance(item, tuple) else [item])
    return frozenset(offsets)


STATISTICS = _registers((0x4000, 0x4100))
EERD = 0x14


@dataclass(frozen=True)
class Personality:  # pylint: disable=too-many-instance-attributes
    """The behaviours. A time is in seconds; it passes in another thread of the emulation."""

    name: str
    text: str

    # Identity
    device: int = 0x100e
    subsystem: tuple[int, int] = (INTEL, 0x002e)
    revision: int = 2
    io_bar: int = 1
    flash_bytes: int = 0            # of a memory BAR 1
    pm_flags: int | None = 0xc822   # the capability's PMC; None: there is no capability
    pcix: bool = False
    needs_override: bool = False    # the driver binds only where driver_override names it
    vectors: int = 0                # MSI-X; with it there is MSI, too

    # Registers
    posted_writes: bool = True      # the processor does not wait for a write to arrive
    absent: frozenset[int] = frozenset()    # read as 0, whatever was written
    deadly: frozenset[int] = frozenset()    # an access ends the virtual machine
    reset_keeps_filters: bool = False       # CTRL.RST leaves MTA and VFTA
    reset_keeps_phy: bool = True
    itr_after_reset: int = 0
    eerd: tuple[int, int] = (1 << 4, 8)     # EERD's DONE, and where its address begins
    has_wires: bool = True          # EECD's wires reach the EEPROM
    master_bits: bool = False       # CTRL.GIO_MASTER_DISABLE and STATUS.GIO_MASTER_ENABLE
    systim_ns: int = 0              # the tick that SYSTIM counts; 0: there is none
    systim_wrong: int = 0           # each so manieth reading of SYSTIM is wrong

    # PHY and link
    phy_ids: tuple[int, int] = (0x0141, 0x0c20)
    phy_writes: bool = True         # False: they are ignored, and BMCR reads 0
    phy_mdix_auto: bool = True      # False: the PHY is strapped to MDI
    phy_read_only: frozenset[int] = frozenset({1, 2, 3, 5, 10, 15, 17})
    partner_pause: bool = True      # the partner's abilities include PAUSE
    link_events: bool = True        # False: always up, no LSC
    link_delay: float | None = None     # down after CTRL.RST, up so much later if SLU is set
    loops: frozenset[str] = frozenset({"phy"})  # "phy": by BMCR, "rctl": by RCTL.LBM

    # Interrupts
    imc: str = "update"             # "lower": the line, whatever is left; "ignore": leave it
    icr_write_lowers: bool = True
    ims_delay: float = 0            # how long after IMS a pending cause raises the line
    cause_delay: float = 0          # how long after a frame its cause appears in ICR
    throttling: bool = True         # False: the chip has no ITR
    itr_step: float | None = None   # ITR works, rounded up to these; None: without effect
    stray_every: int = 0            # at each n-th masking the line rises all the same
    txd_low: bool = False           # TXD_LOW after each doorbell
    icr_keeps: bool = False         # reading ICR clears it only if masked, or if it interrupts

    # Queues
    queues: int = 1                 # in each direction; two receive queues are chosen by RSS
    tx_one_context: bool = False    # a context descriptor applies to both transmit queues

    # Receive
    max_frame: int = 16384          # with LPE
    rx_extended: bool = False       # has extended descriptors (RFCTL_EXTEN)
    rx_split: bool = False          # has packet split (RCTL.DTYP)
    rx_checksums: bool = False      # checksums are verified
    rx_drop_counts: bool = False    # what is dropped for want of buffers is counted, and RXO
    rx_prefetch: int = 0            # descriptors copied at a time; CTRL.RST forgets them
    rx_waits: bool = True           # a frame without a buffer waits in the FIFO
    rx_overrun: bool = True         # what finds no room raises RXO
    rx_truncates: bool = False      # a frame begins where its end has no buffer
    rx_whole_frame: bool = False    # a frame is taken only if the largest one would fit
    rx_length_wraps: bool = False   # a multiple of the buffer size is reported as 0
    address_filter: bool = True
    tag_stripping: bool = True
    counts_filtered: bool = False   # TPR and TOR count frames that were filtered out

    # Transmit
    tx_delay: float = 0             # how long after the doorbell frames are sent
    tx_prefetch: int = 0            # descriptors copied at a doorbell; CTRL.RST forgets them
    tx_needs_link: bool = False     # TDT waits for the link
    tx_pads: bool = True
    context_reports: bool = True    # RS on a context descriptor raises TXDW
    tso6_vlan: bool = True          # False: TSO over IPv6 with a tag comes out corrupt
    tso_limit: int = 0              # longer packets are dropped
    udp_zero_sum: bool = False      # a UDP checksum of 0 is sent as 0

    @property
    def counters(self) -> bool:
        """Whether it counts frames."""
        return not STATISTICS <= self.absent


DATASHEET = Personality("datasheet", "an 82540EM as the manual has it")

VIRTUALBOX = Personality(
    "virtualbox", "VirtualBox's 82540EM",
    subsystem=(INTEL, 0x001e), io_bar=2, pm_flags=0x0022, pcix=True,
    posted_writes=False,
    # MPC and what counts errors and flow control, RNBC; FCAL to FCTTV, FCRTL, FCRTH;
    # RXDCTL; CTRL_EXT; WUC, WUFC
    absent=_registers((0x4000, 0x405c), 0x40a0, 0x28, 0x2c, 0x30, 0x170, 0x2160, 0x2168,
                      0x2828, 0x18, 0x5800, 0x5808),
    reset_keeps_filters=True,
    phy_read_only=DATASHEET.phy_read_only | {9}, partner_pause=False,
    link_delay=5.0, loops=frozenset({"rctl"}),
    imc="lower", icr_write_lowers=False, ims_delay=0.1 * MS, txd_low=True,
    rx_prefetch=16, rx_overrun=False, rx_truncates=True, counts_filtered=True,
    tx_prefetch=64, tx_needs_link=True, tx_pads=False, context_reports=False,
    tso6_vlan=False, tso_limit=65520)

I82574 = Personality(
    "82574", "an 82574L as its manual has it, on a card",
    device=0x10d3, subsystem=(INTEL, 0xa01f), revision=0, io_bar=2, flash_bytes=1 << 16,
    needs_override=True, vectors=5,
    eerd=(1 << 1, 2), has_wires=False, master_bits=True, systim_ns=40, systim_wrong=7,
    phy_ids=(0x0141, 0x0cb1),
    itr_step=256e-9, icr_keeps=True,
    queues=2, tx_one_context=True,
    max_frame=9234, rx_extended=True, rx_split=True, rx_checksums=True, rx_waits=False,
    rx_drop_counts=True)


def _like(base: Personality, **different: object) -> Personality:
    return Personality(**{**base.__dict__, **different})    # type: ignore[arg-type]


ROWS = (
    DATASHEET,
    VIRTUALBOX,
    # The delay of its link is a setting of the virtual machine: elsewhere a short one.
    _like(VIRTUALBOX, name="virtualbox-82545em", text="VirtualBox's 82545EM",
          device=0x100f, subsystem=(VMWARE, 0x0750), link_delay=1.0),
    _like(VIRTUALBOX, name="virtualbox-82543gc", text="VirtualBox's 82543GC",
          device=0x1004, subsystem=(INTEL, 0x1004), link_delay=1.0,
          throttling=False),
    Personality(
        "bhyve", "bhyve's 82545EM",
        device=0x100f, subsystem=(INTEL, 0x1008), revision=0, io_bar=2,
        flash_bytes=1 << 16, pm_flags=None, posted_writes=False,
        absent=STATISTICS | {EERD}, deadly=_registers(0x5478, 0x547c),
        reset_keeps_phy=False, itr_after_reset=250,
        phy_ids=(0x0141, 0x0c24), phy_writes=False, partner_pause=False,
        link_events=False, loops=frozenset(),
        imc="ignore", cause_delay=0.1 * MS, itr_step=1 * MS,
        rx_waits=False, rx_whole_frame=True, rx_length_wraps=True,
        address_filter=False, tag_stripping=False,
        tx_delay=0.2 * MS, udp_zero_sum=True),
    Personality(
        "absent-minded", "an 82540EM whose reset forgets all, and which takes its time",
        posted_writes=False, reset_keeps_phy=False, phy_mdix_auto=False,
        stray_every=20, tx_delay=0.2 * MS),
    I82574,
    _like(I82574, name="82574-qemu", text="an 82574L that calls itself QEMU's",
          subsystem=(INTEL, 0x0000), needs_override=False, posted_writes=False,
          systim_ns=16, systim_wrong=0, tx_one_context=False),
)
PERSONALITIES = {row.name: row for row in ROWS}
