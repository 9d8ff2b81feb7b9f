/* The 91 interrupt lines of the STM32F429 (ST RM0090 table 63), by their CMSIS device names. The STM32F405's
 * 82 are the first of these. */
/* clang-format off */
#define INTERRUPTS(X)                                                                                        \
  X(WWDG_IRQHandler) X(PVD_IRQHandler) X(TAMP_STAMP_IRQHandler) X(RTC_WKUP_IRQHandler)                       \
  X(FLASH_IRQHandler) X(RCC_IRQHandler) X(EXTI0_IRQHandler) X(EXTI1_IRQHandler)              /* 4 */         \
  X(EXTI2_IRQHandler) X(EXTI3_IRQHandler) X(EXTI4_IRQHandler) X(DMA1_Stream0_IRQHandler)     /* 8 */         \
  X(DMA1_Stream1_IRQHandler) X(DMA1_Stream2_IRQHandler) X(DMA1_Stream3_IRQHandler)           /* 12 */        \
  X(DMA1_Stream4_IRQHandler) X(DMA1_Stream5_IRQHandler) X(DMA1_Stream6_IRQHandler)           /* 15 */        \
  X(ADC_IRQHandler) X(CAN1_TX_IRQHandler) X(CAN1_RX0_IRQHandler) X(CAN1_RX1_IRQHandler)      /* 18 */        \
  X(CAN1_SCE_IRQHandler) X(EXTI9_5_IRQHandler) X(TIM1_BRK_TIM9_IRQHandler)                   /* 22 */        \
  X(TIM1_UP_TIM10_IRQHandler) X(TIM1_TRG_COM_TIM11_IRQHandler) X(TIM1_CC_IRQHandler)         /* 25 */        \
  X(TIM2_IRQHandler) X(TIM3_IRQHandler) X(TIM4_IRQHandler) X(I2C1_EV_IRQHandler)             /* 28 */        \
  X(I2C1_ER_IRQHandler) X(I2C2_EV_IRQHandler) X(I2C2_ER_IRQHandler) X(SPI1_IRQHandler)       /* 32 */        \
  X(SPI2_IRQHandler) X(USART1_IRQHandler) X(USART2_IRQHandler) X(USART3_IRQHandler)          /* 36 */        \
  X(EXTI15_10_IRQHandler) X(RTC_Alarm_IRQHandler) X(OTG_FS_WKUP_IRQHandler)                  /* 40 */        \
  X(TIM8_BRK_TIM12_IRQHandler) X(TIM8_UP_TIM13_IRQHandler) X(TIM8_TRG_COM_TIM14_IRQHandler)  /* 43 */        \
  X(TIM8_CC_IRQHandler) X(DMA1_Stream7_IRQHandler) X(FMC_IRQHandler) X(SDIO_IRQHandler)      /* 46 */        \
  X(TIM5_IRQHandler) X(SPI3_IRQHandler) X(UART4_IRQHandler) X(UART5_IRQHandler)              /* 50 */        \
  X(TIM6_DAC_IRQHandler) X(TIM7_IRQHandler) X(DMA2_Stream0_IRQHandler)                       /* 54 */        \
  X(DMA2_Stream1_IRQHandler) X(DMA2_Stream2_IRQHandler) X(DMA2_Stream3_IRQHandler)           /* 57 */        \
  X(DMA2_Stream4_IRQHandler) X(ETH_IRQHandler) X(ETH_WKUP_IRQHandler) X(CAN2_TX_IRQHandler)  /* 60 */        \
  X(CAN2_RX0_IRQHandler) X(CAN2_RX1_IRQHandler) X(CAN2_SCE_IRQHandler) X(OTG_FS_IRQHandler)  /* 64 */        \
  X(DMA2_Stream5_IRQHandler) X(DMA2_Stream6_IRQHandler) X(DMA2_Stream7_IRQHandler)           /* 68 */        \
  X(USART6_IRQHandler) X(I2C3_EV_IRQHandler) X(I2C3_ER_IRQHandler)                           /* 71 */        \
  X(OTG_HS_EP1_OUT_IRQHandler) X(OTG_HS_EP1_IN_IRQHandler) X(OTG_HS_WKUP_IRQHandler)         /* 74 */        \
  X(OTG_HS_IRQHandler) X(DCMI_IRQHandler) X(CRYP_IRQHandler) X(HASH_RNG_IRQHandler)          /* 77 */        \
  X(FPU_IRQHandler) X(UART7_IRQHandler) X(UART8_IRQHandler) X(SPI4_IRQHandler)               /* 81 */        \
  X(SPI5_IRQHandler) X(SPI6_IRQHandler) X(SAI1_IRQHandler) X(LTDC_IRQHandler)                /* 85 */        \
  X(LTDC_ER_IRQHandler) X(DMA2D_IRQHandler)                                                  /* 89 */
/* clang-format on */

#include "cortexm/vectors.h"

_Static_assert(sizeof k_vectors == 4 * (16 + 91), "one entry for each line");
